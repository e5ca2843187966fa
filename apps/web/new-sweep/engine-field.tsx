import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { enginesQuery } from '../api/queries.ts';
import { devicesText } from './devices-text.ts';
import type { SpecForm } from './use-sweep-form.ts';

const engines = [
	{ value: 'auto', label: 'The faster one (onnx)' },
	{ value: 'onnx', label: 'onnx: an epoch is one compiled graph' },
	{ value: 'tensorflow', label: 'tensorflow: the reference' },
];

/** What trains, and on which devices it has been seen. */
export function EngineField({ form }: { form: SpecForm }) {
	const { data } = useQuery(enginesQuery());
	return (
		<Select
			label="Engine"
			description={data === undefined ? undefined : devicesText(data.items, form.values.engine)}
			data={engines}
			allowDeselect={false}
			{...form.getInputProps('engine')}
		/>
	);
}

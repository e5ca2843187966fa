import { ApiError } from '@basin/client';
import { Radio } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQueries } from '@tanstack/react-query';
import { parametersQuery } from '../api/queries.ts';
import { formatQuantity } from '../format/numbers.ts';
import { specFromForm } from '../spec-form/form-to-spec.ts';
import type { FormValues } from '../spec-form/form-values.ts';
import type { SpecForm } from './use-sweep-form.ts';

const presets: [name: Exclude<FormValues['preset'], 'custom'>, description: string][] = [
	['mlp', 'Fully connected layers'],
	['softmax', 'Linear classifier, no hidden layer'],
	['cnn', 'Convolutions and pools, for images'],
	['keskar-f1', 'Five layers of 512 with batch norm'],
	['keskar-c1', 'Convolutions, batch norm, dropout'],
	['resnet8', 'Residual blocks, for images'],
];

/** The models that have a name, each with what it is and how many parameters it has on the chosen data set. */
export function PresetField({ form }: { form: SpecForm }) {
	const sizes = useSizes(form.values);
	const path = (name: string) => (form.values.preset === name ? 'preset' : undefined);
	return (
		<Radio.Group label="Preset" {...form.getInputProps('preset')} data-path={undefined}>
			<div className="presets">
				{presets.map(([name, description], index) => (
					<Radio
						key={name}
						value={name}
						label={name}
						description={sizes[index] === undefined ? description : `${description} · ${sizes[index]}`}
						data-path={path(name)}
					/>
				))}
				<Radio value="custom" label="custom" description="Your own list of layers" data-path={path('custom')} />
			</div>
		</Radio.Group>
	);
}

/** What the API says of each preset; undefined while it has not answered, or cannot. */
function useSizes(values: FormValues): (string | undefined)[] {
	// A text, since a list is another one with every render.
	const [hidden] = useDebouncedValue(values.hidden.join(), 500);
	return useQueries({
		queries: presets.map(([preset]) => {
			const typed = { ...values, preset, hidden: hidden === '' ? [] : hidden.split(','), initializer: '' };
			return parametersQuery(values.dataset, specFromForm(typed).model);
		}),
		combine: (results) => results.map(({ data, error }) => sizeText(data, error)),
	});
}

function sizeText(parameters: number | undefined, error: Error | null): string | undefined {
	if (parameters !== undefined) return formatQuantity(parameters, 'parameter');
	const faults = error instanceof ApiError ? (error.problem.errors ?? []) : [];
	return faults.some(({ pointer }) => pointer === '/model/preset') ? 'not for this data set' : undefined;
}

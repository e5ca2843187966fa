import { ApiError } from '@basin/cli/client.ts';
import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { Group, Radio } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQueries } from '@tanstack/react-query';
import { estimateQuery } from '../api/queries.ts';
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
			<Group mt={6} gap="lg" align="start">
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
			</Group>
		</Radio.Group>
	);
}

/** What the API's dry run says of each preset; undefined while it has not answered, or cannot. */
function useSizes(values: FormValues): (string | undefined)[] {
	const [{ dataset, hidden }] = useDebouncedValue({ dataset: values.dataset, hidden: values.hidden.join() }, 500);
	return useQueries({
		queries: presets.map(([preset]) => {
			const { model } = specFromForm({ ...values, preset, hidden: hidden.split(','), initializer: '' });
			return { ...estimateQuery(smallestSpec(dataset, model)), staleTime: Number.POSITIVE_INFINITY, retry: false };
		}),
		combine: (results) =>
			results.map(({ data, error }) => {
				if (error instanceof ApiError && error.problem.code === 'invalid_spec') return 'not for this data set';
				return data === undefined ? undefined : formatQuantity(data.parameters, 'parameter');
			}),
	});
}

function smallestSpec(dataset: string, model: SweepSpecInput['model']): SweepSpecInput {
	return { dataset: { name: dataset }, model, configurations: [{ batchSize: 1, eta: 0.1, lambda: 0 }], epochs: 1 };
}

import {
	Alert,
	Button,
	Fieldset,
	Group,
	NumberInput,
	Radio,
	Select,
	Stack,
	TagsInput,
	Text,
	Textarea,
	TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { datasetsQuery } from '../api/queries.ts';
import { formatCount, formatQuantity } from '../format/numbers.ts';
import { AdvancedFields } from './advanced-fields.tsx';
import { AxisField } from './axis-field.tsx';
import { PresetField } from './preset-field.tsx';
import { UploadDataset } from './upload-dataset.tsx';
import type { SpecForm, SweepFormState } from './use-sweep-form.ts';

/** The form's id: the submit button stands outside of it, beside the estimate. */
export const formId = 'new-sweep';

export function SweepForm({ sweepForm }: { sweepForm: SweepFormState }) {
	const { form, onSubmit, raw } = sweepForm;
	return (
		<form
			id={formId}
			noValidate
			onSubmit={(event) => {
				event.preventDefault();
				onSubmit();
			}}
		>
			<fieldset className="bare" disabled={raw !== null} aria-label="Sweep">
				<Stack>
					<TextInput
						label="Name"
						placeholder="untitled sweep"
						description="How you will find it in the list."
						{...form.getInputProps('name')}
					/>
					<DataFields form={form} />
					<ModelFields form={form} />
					<GridFields form={form} />
					<RunFields form={form} />
					<AdvancedFields sweepForm={sweepForm} />
				</Stack>
			</fieldset>
		</form>
	);
}

function DataFields({ form }: { form: SpecForm }) {
	const { data } = useQuery(datasetsQuery());
	const datasets = data?.items ?? [];
	const chosen = datasets.find((dataset) => dataset.name === form.values.dataset);
	return (
		<Fieldset legend="Data">
			<Stack gap="sm">
				<Select
					label="Data set"
					description={chosen?.description}
					data={
						datasets.length === 0
							? [form.values.dataset]
							: datasets.map(({ name, title }) => ({ value: name, label: title }))
					}
					allowDeselect={false}
					{...form.getInputProps('dataset')}
				/>
				<UploadDataset onReady={(name) => form.setFieldValue('dataset', name)} />
				<Radio.Group label="Validate on" {...form.getInputProps('validationMode')} data-path={undefined}>
					<Group mt={6} gap="lg">
						<Radio value="heldOut" label="Images held out of the training split" />
						<Radio value="test" label="The official test split" />
					</Group>
				</Radio.Group>
				{form.values.validationMode === 'heldOut' ? (
					<TextInput
						label="Held out"
						description={`A count, such as 10000, or a fraction below 1${chosen ? `, of ${formatCount(chosen.trainSize)} images` : ''}.`}
						inputMode="decimal"
						styles={{ wrapper: { maxWidth: 240 } }}
						{...form.getInputProps('validation')}
					/>
				) : (
					<Text size="sm" c="dimmed">
						Trains on the whole training split. Ranking by the test split chooses the winner on the data that should
						judge it.
					</Text>
				)}
			</Stack>
		</Fieldset>
	);
}

function ModelFields({ form }: { form: SpecForm }) {
	return (
		<Fieldset legend="Model">
			<Stack gap="sm">
				<PresetField form={form} />
				{form.values.preset === 'custom' && (
					<Textarea
						label="Layers"
						description="JSON, from the input to one number a class."
						autosize
						minRows={4}
						maxRows={20}
						styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
						{...form.getInputProps('layers')}
					/>
				)}
				{form.values.preset === 'mlp' && (
					<>
						<TagsInput
							label="Hidden layers"
							description="Units of each layer, first to last; Enter adds one."
							allowDuplicates
							inputMode="numeric"
							splitChars={[',', ' ']}
							{...form.getInputProps('hidden')}
						/>
						<Radio.Group label="Activation" {...form.getInputProps('activation')} data-path={undefined}>
							<Group mt={6} gap="lg">
								<Radio value="relu" label="relu" />
								<Radio value="tanh" label="tanh" />
							</Group>
						</Radio.Group>
					</>
				)}
			</Stack>
		</Fieldset>
	);
}

function GridFields({ form }: { form: SpecForm }) {
	const { configurations, usesGrid } = form.values;
	return (
		<Fieldset legend="Grid: every combination is one configuration">
			<Stack gap="md">
				{configurations.length > 0 && (
					<Alert color="blue" title={`${formatQuantity(configurations.length, 'explicit configuration')}`}>
						<Text size="sm">
							They came with the spec and {usesGrid ? 'run besides the grid' : 'replace the grid'}; the JSON shows them.
						</Text>
						<Button
							mt="xs"
							size="xs"
							variant="default"
							onClick={() => form.setValues({ configurations: [], usesGrid: true })}
						>
							Remove them{usesGrid ? '' : ' and use a grid'}
						</Button>
					</Alert>
				)}
				{usesGrid && (
					<>
						<AxisField
							form={form}
							name="batchSize"
							label="Batch size B"
							description="Whole numbers, or “full” for one update an epoch."
							suggestions={['10', '32', '100', '1000', 'full']}
						/>
						<AxisField
							form={form}
							name="eta"
							label="Learning rate η"
							description="Greater than 0."
							suggestions={['0.001', '0.01', '0.1', '0.5', '1']}
						/>
						<AxisField
							form={form}
							name="lambda"
							label="Momentum λ"
							description="0 is plain gradient descent; less than 1."
							suggestions={['0', '0.5', '0.9', '0.99']}
						/>
					</>
				)}
			</Stack>
		</Fieldset>
	);
}

function RunFields({ form }: { form: SpecForm }) {
	return (
		<Fieldset legend="Runs">
			<Stack gap="sm">
				<TagsInput
					label="Seeds"
					description="One trial for each; two or more give a 95 % interval."
					inputMode="numeric"
					splitChars={[',', ' ']}
					{...form.getInputProps('seeds')}
				/>
				<Group gap="xs" role="group" aria-label="Number of seeds">
					<Text size="sm" aria-hidden>
						Use
					</Text>
					<Button.Group>
						{[1, 3, 5, 10].map((count) => (
							<Button
								key={count}
								size="compact-sm"
								variant="default"
								aria-label={`Use ${formatQuantity(count, 'seed')}`}
								onClick={() =>
									form.setFieldValue(
										'seeds',
										Array.from({ length: count }, (_, seed) => String(seed)),
									)
								}
							>
								{count}
							</Button>
						))}
					</Button.Group>
					<Text size="sm" aria-hidden>
						seeds
					</Text>
				</Group>
				<NumberInput
					label="Epochs"
					description="Passes over the training set, for every trial."
					allowDecimal={false}
					styles={{ wrapper: { maxWidth: 240 } }}
					{...form.getInputProps('epochs')}
				/>
			</Stack>
		</Fieldset>
	);
}

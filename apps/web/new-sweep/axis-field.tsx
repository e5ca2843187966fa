import { Group, NumberInput, SegmentedControl, Select, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { previewRange, previewText } from '../spec-form/axis-preview.ts';
import type { AxisName, AxisValues } from '../spec-form/form-values.ts';
import type { SpecForm } from './use-sweep-form.ts';

type AxisFieldProps = {
	form: SpecForm;
	name: AxisName;
	label: string;
	description: string;
	suggestions: string[];
};

/** One axis of the grid: a list of values as tags, or a range with the values that it stands for. */
export function AxisField({ form, name, label, description, suggestions }: AxisFieldProps) {
	const axis = form.values[name];
	return (
		<Stack gap={6} role="group" aria-label={label}>
			<Group justify="space-between" align="end" gap="xs">
				<div>
					<Text size="sm" fw={600}>
						{label}
					</Text>
					<Text size="xs" c="dimmed">
						{description}
					</Text>
				</div>
				<SegmentedControl
					size="xs"
					aria-label={`${label}: how it is written`}
					data={[
						{ value: 'list', label: 'Values' },
						{ value: 'range', label: 'Range' },
					]}
					value={axis.mode}
					onChange={(mode) => form.setFieldValue(`${name}.mode`, mode as AxisValues['mode'])}
				/>
			</Group>
			{axis.mode === 'list' ? (
				<TagsInput
					aria-label={`${label}, values`}
					placeholder={axis.list.length === 0 ? 'Type a value, then Enter' : ''}
					data={suggestions}
					openOnFocus={false}
					splitChars={[',', ' ', ';']}
					clearable
					clearButtonProps={{ 'aria-label': `Clear ${label}` }}
					{...form.getInputProps(`${name}.list`)}
				/>
			) : (
				<RangeFields form={form} name={name} label={label} />
			)}
		</Stack>
	);
}

function RangeFields({ form, name, label }: { form: SpecForm; name: AxisName; label: string }) {
	const values = previewRange(form.values[name], name === 'batchSize');
	return (
		<>
			<div className="range-fields">
				<TextInput
					label="From"
					aria-label={`${label}, from`}
					inputMode="decimal"
					{...form.getInputProps(`${name}.from`)}
				/>
				<TextInput label="To" aria-label={`${label}, to`} inputMode="decimal" {...form.getInputProps(`${name}.to`)} />
				<NumberInput
					label="Steps"
					aria-label={`${label}, steps`}
					allowDecimal={false}
					{...form.getInputProps(`${name}.steps`)}
				/>
				<Select
					label="Spacing"
					aria-label={`${label}, spacing`}
					allowDeselect={false}
					data={[
						{ value: 'log', label: 'log' },
						{ value: 'linear', label: 'linear' },
					]}
					{...form.getInputProps(`${name}.scale`)}
				/>
			</div>
			<Text size="sm" c="dimmed" role="status" style={{ overflowWrap: 'anywhere' }}>
				{values === null ? 'Not a range yet.' : previewText(values)}
			</Text>
		</>
	);
}

import { Accordion, NumberInput, Select, Stack, TagsInput } from '@mantine/core';
import { initializers } from '../spec-form/form-values.ts';
import { EngineField } from './engine-field.tsx';
import { RuleFields } from './rule-fields.tsx';
import type { SweepFormState } from './use-sweep-form.ts';

/** What most sweeps leave at its default. */
export function AdvancedFields({ sweepForm }: { sweepForm: SweepFormState }) {
	const { form, advancedOpen, setAdvancedOpen } = sweepForm;
	return (
		<Accordion
			variant="contained"
			value={advancedOpen ? 'advanced' : null}
			onChange={(value) => setAdvancedOpen(value === 'advanced')}
		>
			<Accordion.Item value="advanced">
				<Accordion.Control>
					Advanced: update rule, schedule, split, initial weights, engine, labels, limits
				</Accordion.Control>
				<Accordion.Panel>
					<Stack gap="sm">
						<RuleFields form={form} />
						<div className="wide-fields">
							<NumberInput
								label="Train on"
								description="So many examples. Empty: all."
								allowDecimal={false}
								{...form.getInputProps('trainExamples')}
							/>
							<NumberInput
								label="Split seed"
								description="Chooses the examples."
								allowDecimal={false}
								{...form.getInputProps('splitSeed')}
							/>
							<Select
								label="Initial weights"
								description="Empty: what suits the model."
								placeholder="Default"
								data={initializers}
								clearable
								{...form.getInputProps('initializer')}
								value={form.values.initializer || null}
								onChange={(value) => form.setFieldValue('initializer', value ?? '')}
							/>
						</div>
						<EngineField form={form} />
						<TagsInput
							label="Labels"
							description="key:value, to find sweeps of one team or purpose."
							placeholder={form.values.labels.length === 0 ? 'team:vision' : ''}
							splitChars={[',']}
							{...form.getInputProps('labels')}
						/>
						<div className="wide-fields">
							<NumberInput
								label="At most trials"
								description="Refuses a larger grid."
								allowDecimal={false}
								{...form.getInputProps('maxTrials')}
							/>
							<NumberInput
								label="At most seconds"
								description="Stops the sweep after."
								{...form.getInputProps('maxSeconds')}
							/>
							<NumberInput
								label="At most failed trials"
								description="Stops the sweep beyond."
								allowDecimal={false}
								{...form.getInputProps('maxFailedTrials')}
							/>
						</div>
					</Stack>
				</Accordion.Panel>
			</Accordion.Item>
		</Accordion>
	);
}

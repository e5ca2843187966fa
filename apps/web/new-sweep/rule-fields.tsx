import { NumberInput, Select, TagsInput } from '@mantine/core';
import type { FormValues } from '../spec-form/form-values.ts';
import { optimizersWithoutLambda } from '../spec-form/training-rule.ts';
import type { SpecForm } from './use-sweep-form.ts';

const optimizers = [
	{ value: 'momentum', label: 'Momentum' },
	{ value: 'nesterov', label: 'Nesterov' },
	{ value: 'sgd', label: 'SGD' },
	{ value: 'adam', label: 'Adam' },
	{ value: 'lars', label: 'LARS' },
	{ value: 'lamb', label: 'LAMB' },
];

const decays = [
	{ value: 'constant', label: 'Constant' },
	{ value: 'cosine', label: 'Cosine' },
	{ value: 'step', label: 'Steps' },
];

/** How θ is updated, and how η moves over a trial. */
export function RuleFields({ form }: { form: SpecForm }) {
	const choose = (optimizer: FormValues['optimizer']) => {
		form.setFieldValue('optimizer', optimizer);
		// The API would refuse every other λ.
		if (optimizersWithoutLambda.includes(optimizer))
			form.setFieldValue('lambda', { ...form.values.lambda, mode: 'list', list: ['0'] });
	};
	return (
		<>
			<div className="wide-fields">
				<Select
					label="Optimizer"
					description={
						optimizersWithoutLambda.includes(form.values.optimizer) ? 'Needs λ = 0.' : 'λ of the grid is its momentum.'
					}
					data={optimizers}
					allowDeselect={false}
					{...form.getInputProps('optimizer')}
					onChange={(value) => choose(value as FormValues['optimizer'])}
				/>
				<NumberInput
					label="Weight decay"
					description="Empty: none. Biases are left out."
					{...form.getInputProps('weightDecay')}
				/>
			</div>
			<div className="wide-fields">
				<Select
					label="Schedule of η"
					description="How η falls over a trial."
					data={decays}
					allowDeselect={false}
					{...form.getInputProps('decay')}
				/>
				{form.values.decay === 'step' && (
					<TagsInput
						label="Steps after epochs"
						description="After each, η is a tenth, or what the spec says."
						inputMode="numeric"
						splitChars={[',', ' ']}
						{...form.getInputProps('decayAt')}
					/>
				)}
				<NumberInput
					label="Warm-up epochs"
					description="η rises in a straight line first. Empty: none."
					{...form.getInputProps('warmupEpochs')}
				/>
			</div>
		</>
	);
}

import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { type AxisName, type AxisValues, axisNames, type FormValues, initialValues } from './form-values.ts';
import { ruleToForm } from './training-rule.ts';

/** The form for a valid spec, such as an example or an earlier sweep: `specFromForm` of it means the same sweep. */
export function formFromSpec(spec: SweepSpecInput): FormValues {
	const { dataset, model } = spec;
	const validation = dataset.validation ?? 0.1;
	const axes = Object.fromEntries(axisNames.map((name) => [name, axisFrom(name, spec.grid?.[name])])) as Record<
		AxisName,
		AxisValues
	>;
	return {
		...initialValues,
		...axes,
		...ruleToForm(spec),
		name: spec.name ?? '',
		dataset: dataset.name,
		validationMode: validation === 'test' ? 'test' : 'heldOut',
		validation: validation === 'test' ? initialValues.validation : String(validation),
		trainExamples: dataset.trainExamples ?? '',
		splitSeed: dataset.splitSeed ?? 0,
		engine: spec.engine ?? 'auto',
		preset: model.preset ?? 'custom',
		hidden: model.preset === 'mlp' ? (model.hidden ?? [128]).map(String) : initialValues.hidden,
		activation: model.preset === 'mlp' ? (model.activation ?? 'relu') : initialValues.activation,
		layers: 'layers' in model ? JSON.stringify(model.layers, null, 2) : initialValues.layers,
		initializer: 'layers' in model ? '' : (model.initializer ?? ''),
		seeds: (spec.seeds ?? [0]).map(String),
		epochs: spec.epochs ?? 5,
		labels: Object.entries(spec.labels ?? {}).map(([key, value]) => `${key}:${value}`),
		maxTrials: spec.budget?.maxTrials ?? '',
		maxSeconds: spec.budget?.maxSeconds ?? '',
		maxFailedTrials: spec.budget?.maxFailedTrials ?? '',
		usesGrid: spec.grid !== undefined || spec.configurations === undefined,
		configurations: spec.configurations ?? [],
	};
}

/** What the API takes for an axis that a grid does not name. */
const defaultLists: Record<AxisName, string[]> = { batchSize: ['100'], eta: ['0.1'], lambda: ['0'] };

type AxisInput = NonNullable<SweepSpecInput['grid']>[AxisName];

function axisFrom(name: AxisName, axis: AxisInput): AxisValues {
	const base = initialValues[name];
	if (axis === undefined) return { ...base, mode: 'list', list: defaultLists[name] };
	if (Array.isArray(axis)) return { ...base, mode: 'list', list: axis.map(String) };
	return {
		...base,
		mode: 'range',
		from: String(axis.from),
		to: String(axis.to),
		steps: axis.steps,
		scale: axis.scale ?? 'linear',
	};
}

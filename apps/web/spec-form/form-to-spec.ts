import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { type AxisValues, axisNames, type FormValues } from './form-values.ts';
import { ruleFromForm } from './training-rule.ts';
import { type Json, numberOrText } from './typed-text.ts';

/**
 * The spec that a form stands for, short: what equals a documented default and is folded away is left out.
 * Text that is no number is passed on as text, so that the API's own sentence about it lands on the field.
 */
export function specFromForm(values: FormValues): SweepSpecInput {
	const spec: Record<string, Json> = {
		...(values.name.trim() === '' ? {} : { name: values.name.trim() }),
		dataset: {
			name: values.dataset,
			validation: values.validationMode === 'test' ? 'test' : numberOrText(values.validation),
			...(values.trainExamples === '' ? {} : { trainExamples: numberOrText(values.trainExamples) }),
			...(values.splitSeed === 0 ? {} : { splitSeed: numberOrText(values.splitSeed) }),
		},
		model: modelOf(values),
		...(values.usesGrid
			? { grid: Object.fromEntries(axisNames.map((name) => [name, axisOf(values[name], name === 'batchSize')])) }
			: {}),
		...(values.configurations.length === 0 ? {} : { configurations: values.configurations as Json }),
		seeds: values.seeds.map(numberOrText),
		epochs: numberOrText(values.epochs),
		...(values.engine === 'auto' ? {} : { engine: values.engine }),
		...ruleFromForm(values),
		...(values.labels.length === 0 ? {} : { labels: labelsOf(values.labels) }),
		...budgetOf(values),
	};
	// Not checked here: the API is the only judge of a spec.
	return spec as unknown as SweepSpecInput;
}

/** An axis as it stands in a spec: its values, or its range. */
export function axisOf(axis: AxisValues, isBatchSize: boolean): Json {
	if (axis.mode === 'range')
		return {
			from: numberOrText(axis.from),
			to: numberOrText(axis.to),
			steps: numberOrText(axis.steps),
			scale: axis.scale,
		};
	return axis.list.map((text) => (isBatchSize && text.trim().toLowerCase() === 'full' ? 'full' : numberOrText(text)));
}

function modelOf(values: FormValues): Json {
	const initializer = values.initializer === '' ? {} : { initializer: values.initializer };
	if (values.preset === 'custom') return { layers: jsonOrText(values.layers) };
	if (values.preset !== 'mlp') return { preset: values.preset, ...initializer };
	return {
		preset: 'mlp',
		hidden: values.hidden.map(numberOrText),
		activation: values.activation,
		...initializer,
	};
}

/** What the text means as JSON; text that is none is passed on, for the API to say so. */
function jsonOrText(text: string): Json {
	try {
		return JSON.parse(text) as Json;
	} catch {
		return text;
	}
}

function labelsOf(labels: string[]): Json {
	return Object.fromEntries(
		labels.map((label) => {
			const colon = label.indexOf(':');
			return colon === -1 ? [label.trim(), ''] : [label.slice(0, colon).trim(), label.slice(colon + 1).trim()];
		}),
	);
}

function budgetOf(values: FormValues): { budget?: Json } {
	const limits = Object.entries({
		maxTrials: values.maxTrials,
		maxSeconds: values.maxSeconds,
		maxFailedTrials: values.maxFailedTrials,
	}).filter(([, limit]) => limit !== '');
	if (limits.length === 0) return {};
	return { budget: Object.fromEntries(limits.map(([name, limit]) => [name, numberOrText(limit)])) };
}

import type { SweepExtensionInput } from '@basin/client';
import { axisOf } from '../spec-form/form-to-spec.ts';
import { type AxisValues, axisNames, type FormValues, initialValues } from '../spec-form/form-values.ts';
import { numberOrText } from '../spec-form/typed-text.ts';

/** The form of a new sweep, of which an extension uses seeds and axes: they are typed, previewed and refused alike. */
export const noExtension: FormValues = {
	...initialValues,
	batchSize: { ...initialValues.batchSize, list: [] },
	eta: { ...initialValues.eta, list: [] },
	lambda: { ...initialValues.lambda, list: [] },
	seeds: [],
};

/** The request for what was typed; text that is no number is passed on, for the API to refuse in its own sentence. */
export function extensionOf(values: FormValues): SweepExtensionInput {
	const axes = axisNames.filter((name) => isAsked(values[name]));
	const extension = {
		...(values.seeds.length > 0 && { seeds: values.seeds.map(numberOrText) }),
		...(axes.length > 0 && {
			grid: Object.fromEntries(axes.map((name) => [name, axisOf(values[name], name === 'batchSize')])),
		}),
	};
	// Not checked here: the API is the only judge.
	return extension as SweepExtensionInput;
}

function isAsked({ mode, list }: AxisValues): boolean {
	return mode === 'range' || list.length > 0;
}

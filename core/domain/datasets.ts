import type { DatasetInfo } from '../contracts/api.ts';
import type { DatasetName, DatasetSpec } from '../contracts/sweep-spec.ts';

/** The built-in data sets. Sizes are facts of the files, checked again when a worker loads them. */
const builtIn = { id: null, sha256: null };

export const datasets: Readonly<Record<DatasetName, DatasetInfo>> = {
	mnist: {
		...builtIn,
		name: 'mnist',
		title: 'MNIST handwritten digits',
		description:
			'70,000 grey-scale images of 28 × 28 pixels, ten digits, split into 60,000 for training and 10,000 for test.',
		inputShape: [28, 28, 1],
		classes: 10,
		trainSize: 60_000,
		testSize: 10_000,
	},
	'fashion-mnist': {
		...builtIn,
		name: 'fashion-mnist',
		title: 'Fashion-MNIST',
		description:
			'70,000 grey-scale images of 28 × 28 pixels, ten kinds of clothing, split into 60,000 for training and 10,000 for test. Harder than digits.',
		inputShape: [28, 28, 1],
		classes: 10,
		trainSize: 60_000,
		testSize: 10_000,
	},
	cifar10: {
		...builtIn,
		name: 'cifar10',
		title: 'CIFAR-10',
		description:
			'60,000 colour images of 32 × 32 pixels, ten kinds of animals and vehicles, split into 50,000 for training and 10,000 for test. A worker fetches it on first use (139 MB).',
		inputShape: [32, 32, 3],
		classes: 10,
		trainSize: 50_000,
		testSize: 10_000,
	},
	spirals: {
		...builtIn,
		name: 'spirals',
		title: 'Three spirals',
		description:
			'Points in the plane on three arms that wind around each other, 6,000 for training and 3,000 for test. Trains in a blink; no straight line parts them.',
		inputShape: [2],
		classes: 3,
		trainSize: 6_000,
		testSize: 3_000,
	},
};

/**
 * How many examples of the training split are held out for validation: 0 when the official test split validates.
 * A count is taken as it is, a fraction is rounded to the nearest example.
 */
export function heldOutSize(trainSize: number, validation: DatasetSpec['validation']): number {
	if (validation === 'test') return 0;
	return validation < 1 ? Math.round(validation * trainSize) : validation;
}

/** N: examples trained on, which is what a batch size of `"full"` means. */
export function resolveTrainSize({ trainSize }: DatasetInfo, { validation, trainExamples }: DatasetSpec): number {
	return trainExamples ?? trainSize - heldOutSize(trainSize, validation);
}

/** Why so many examples cannot be trained on, as the end of a sentence; null when they can. */
export function trainExamplesFault(
	{ trainSize }: DatasetInfo,
	{ validation, trainExamples = 1 }: DatasetSpec,
): string | null {
	const left = trainSize - heldOutSize(trainSize, validation);
	return trainExamples <= left ? null : `must be at most ${left}, the examples that are not held out`;
}

/** Why `validation` cannot be held out of this data set, as the end of a sentence; null when it can. */
export function validationFault({ name, trainSize }: DatasetInfo, { validation }: DatasetSpec): string | null {
	if (validation === 'test') return null;
	if (validation >= 1 && !Number.isInteger(validation)) {
		return 'must be a whole number when it is a count of examples, or a fraction below 1';
	}
	const heldOut = heldOutSize(trainSize, validation);
	if (heldOut < 1) return `holds out no example: ${validation} of ${trainSize} rounds to 0`;
	if (heldOut >= trainSize) return `must leave examples to train on: ${name} has ${trainSize} in its training split`;
	return null;
}

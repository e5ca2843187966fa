import type { DatasetInfo } from '../contracts/api.ts';
import type { DatasetName, DatasetSpec } from '../contracts/sweep-spec.ts';

/** The built-in data sets. Sizes are facts of the files, checked again when a worker loads them. */
export const datasets: Readonly<Record<DatasetName, DatasetInfo>> = {
	mnist: {
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
 * How many images of the training split are held out for validation: 0 when the official test split validates.
 * A count is taken as it is, a fraction is rounded to the nearest image.
 */
export function heldOutSize({ name, validation }: DatasetSpec): number {
	if (validation === 'test') return 0;
	return validation < 1 ? Math.round(validation * datasets[name].trainSize) : validation;
}

/** N: images trained on, which is what a batch size of `"full"` means. */
export function resolveTrainSize(dataset: DatasetSpec): number {
	return datasets[dataset.name].trainSize - heldOutSize(dataset);
}

/** Images in the set that validates every epoch. */
export function resolveValidationSize(dataset: DatasetSpec): number {
	return dataset.validation === 'test' ? datasets[dataset.name].testSize : heldOutSize(dataset);
}

/** Why `validation` cannot be held out of this data set, as the end of a sentence; null when it can. */
export function validationFault(dataset: DatasetSpec): string | null {
	const { validation } = dataset;
	if (validation === 'test') return null;
	const { trainSize } = datasets[dataset.name];
	if (validation >= 1 && !Number.isInteger(validation)) {
		return 'must be a whole number when it is a count of images, or a fraction below 1';
	}
	const heldOut = heldOutSize(dataset);
	if (heldOut < 1) return `holds out no image: ${validation} of ${trainSize} rounds to 0`;
	if (heldOut >= trainSize)
		return `must leave images to train on: ${dataset.name} has ${trainSize} in its training split`;
	return null;
}

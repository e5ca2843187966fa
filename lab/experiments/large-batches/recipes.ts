import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import type { Size } from '../../experiment.ts';

/** A batch of this size is what the others are to match. */
export const smallBatchSize = 256;
/** "Batches of thousands". */
export const largeBatchSizes = [4096, 16_384];

export const plain = 'plain momentum';
/** What the small batch is trained with. */
export const baseline = `${plain}, B = ${smallBatchSize}`;

export type Setting = {
	dataset: 'mnist' | 'cifar10';
	validation: number;
	/** Whole batches of every size. */
	trainExamples: number;
	epochs: number;
	seeds: number[];
	/** CIFAR-10 is not centred, and bears a smaller rate. */
	etaScale: number;
};

const seeds = [0, 1, 2];

export const settings: Record<Size, readonly Setting[]> = {
	quick: [{ dataset: 'mnist', validation: 5000, trainExamples: 32_768, epochs: 5, seeds, etaScale: 1 }],
	full: [
		{ dataset: 'mnist', validation: 10_000, trainExamples: 49_152, epochs: 16, seeds, etaScale: 1 },
		{ dataset: 'cifar10', validation: 5000, trainExamples: 32_768, epochs: 10, seeds, etaScale: 0.1 },
	],
};

type Recipe = Pick<SweepSpecInput, 'optimizer' | 'schedule'> & {
	name: string;
	lambda: number;
	/** By B, the rates that it may choose among. */
	etas: ReadonlyMap<number, readonly number[]>;
};

/** Every one may choose among four rates for each B, so that none loses by a rate that suits another. */
export function recipes({ epochs, etaScale }: Setting): Recipe[] {
	const warmup = { epochs: Math.max(1, epochs / 5) };
	const [middle, large] = largeBatchSizes as [number, number];
	const round = (eta: number) => Number(eta.toPrecision(6));
	const momentumEtas = new Map([
		[middle, [0.2, 0.4, 0.8, 1.6].map((eta) => round(eta * etaScale))],
		[large, [0.1, 0.2, 0.4, 0.8].map((eta) => round(eta * etaScale))],
	]);
	const unscaled = [...momentumEtas].map(
		([size, etas]) => [size, etas.map((eta) => round((eta * smallBatchSize) / size))] as const,
	);
	const smallEtas = [0.05, 0.1, 0.2, 0.4].map((eta) => round(eta * etaScale));
	return [
		{ name: baseline, lambda: 0.9, etas: new Map([[smallBatchSize, smallEtas]]) },
		{ name: plain, lambda: 0.9, etas: momentumEtas },
		{
			...{ name: 'linear scaling and warm-up', lambda: 0.9, etas: new Map(unscaled) },
			schedule: { linearScaling: { baseBatchSize: smallBatchSize }, warmup },
		},
		{
			...{ name: 'Nesterov and warm-up', lambda: 0.9, etas: momentumEtas },
			...{ optimizer: { kind: 'nesterov' }, schedule: { warmup } },
		},
		{
			...{
				name: 'LARS and warm-up',
				lambda: 0.9,
				etas: new Map(largeBatchSizes.map((size) => [size, [3, 10, 30, 100]])),
			},
			...{ optimizer: { kind: 'lars', trustCoefficient: 0.001 }, schedule: { warmup } },
		},
		{
			...{
				name: 'LAMB and warm-up',
				lambda: 0,
				etas: new Map(largeBatchSizes.map((size) => [size, [0.01, 0.03, 0.1, 0.3]])),
			},
			...{ optimizer: { kind: 'lamb' }, schedule: { warmup } },
		},
	];
}

export function specOf(
	{ name, etas, lambda, ...rule }: Recipe,
	{ dataset, validation, trainExamples, epochs, seeds }: Setting,
): SweepSpecInput {
	return {
		name: `lab: large batches, ${dataset}, ${name}`,
		dataset: { name: dataset, validation, trainExamples },
		model: { preset: 'mlp', hidden: [128] },
		configurations: [...etas].flatMap(([batchSize, of]) => of.map((eta) => ({ batchSize, eta, lambda }))),
		seeds,
		epochs,
		labels: { lab: 'large-batches' },
		...rule,
	};
}

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
	hidden: number[];
	epochs: number;
	seeds: { tuning: number[]; judged: number[] };
	/** CIFAR-10 is not centred, and bears a smaller rate. */
	etaScale: number;
	/** Layer-wise rates bear other ones. */
	layerwiseEtas: { lars: number[]; lamb: number[] };
};

const mnistEtas = { lars: [3, 10, 30, 100], lamb: [0.01, 0.03, 0.1, 0.3] };
const cifarEtas = { lars: [0.3, 1, 3, 10], lamb: [0.003, 0.01, 0.03, 0.1] };
const seeds = { tuning: [0, 1], judged: [2, 3, 4, 5, 6] };

export const settings: Record<Size, readonly Setting[]> = {
	quick: [
		{
			dataset: 'mnist',
			validation: 5000,
			trainExamples: 32_768,
			hidden: [128],
			epochs: 5,
			seeds,
			etaScale: 1,
			layerwiseEtas: mnistEtas,
		},
	],
	full: [
		{
			dataset: 'mnist',
			validation: 10_000,
			trainExamples: 49_152,
			hidden: [128],
			epochs: 8,
			seeds,
			etaScale: 1,
			layerwiseEtas: mnistEtas,
		},
		{
			dataset: 'cifar10',
			validation: 5000,
			trainExamples: 32_768,
			hidden: [64],
			epochs: 6,
			seeds,
			etaScale: 0.1,
			layerwiseEtas: cifarEtas,
		},
	],
};

type Recipe = Pick<SweepSpecInput, 'optimizer' | 'schedule'> & {
	name: string;
	lambda: number;
	/** By B, the rates that it may choose among. */
	etas: ReadonlyMap<number, readonly number[]>;
};

/**
 * Every one may choose among four rates for each B, so that none loses by a rate that suits another, and decays η to 0 by a cosine: at a
 * constant rate the last epochs of large batches swung by points.
 */
export function recipes({ epochs, etaScale, layerwiseEtas }: Setting): Recipe[] {
	const decay = { kind: 'cosine' } as const;
	const withWarmup = { decay, warmup: { epochs: Math.max(1, epochs / 5) } };
	const [middle, large] = largeBatchSizes as [number, number];
	const round = (eta: number) => Number(eta.toPrecision(6));
	const momentumEtas = new Map([
		[middle, [0.2, 0.4, 0.8, 1.6].map((eta) => round(eta * etaScale))],
		[large, [0.1, 0.2, 0.4, 0.8].map((eta) => round(eta * etaScale))],
	]);
	const unscaled = [...momentumEtas].map(
		([size, etas]) => [size, etas.map((eta) => round((eta * smallBatchSize) / size))] as const,
	);
	const smallEtas = [0.1, 0.2, 0.4, 0.8].map((eta) => round(eta * etaScale));
	return [
		{ name: baseline, lambda: 0.9, etas: new Map([[smallBatchSize, smallEtas]]), schedule: { decay } },
		{ name: plain, lambda: 0.9, etas: momentumEtas, schedule: { decay } },
		{
			...{ name: 'linear scaling and warm-up', lambda: 0.9, etas: new Map(unscaled) },
			schedule: { linearScaling: { baseBatchSize: smallBatchSize }, ...withWarmup },
		},
		{
			...{ name: 'Nesterov and warm-up', lambda: 0.9, etas: momentumEtas },
			...{ optimizer: { kind: 'nesterov' }, schedule: withWarmup },
		},
		{
			...{
				name: 'LARS and warm-up',
				lambda: 0.9,
				etas: new Map(largeBatchSizes.map((size) => [size, layerwiseEtas.lars])),
			},
			...{ optimizer: { kind: 'lars', trustCoefficient: 0.001 }, schedule: withWarmup },
		},
		{
			...{
				name: 'LAMB and warm-up',
				lambda: 0,
				etas: new Map(largeBatchSizes.map((size) => [size, layerwiseEtas.lamb])),
			},
			...{ optimizer: { kind: 'lamb' }, schedule: withWarmup },
		},
	];
}

/** All rates of a recipe. */
export function tuningSpec(recipe: Recipe, setting: Setting): SweepSpecInput {
	return specOf(recipe, setting, { what: 'tuning', etas: recipe.etas, seeds: setting.seeds.tuning });
}

/** The chosen rates with other seeds: those that chose would flatter what they chose. */
export function judgedSpec(recipe: Recipe, setting: Setting, etas: Recipe['etas']): SweepSpecInput {
	return specOf(recipe, setting, { what: 'judged', etas, seeds: setting.seeds.judged });
}

function specOf(
	{ name, etas: _, lambda, ...rule }: Recipe,
	{ dataset, validation, trainExamples, hidden, epochs }: Setting,
	{ what, etas, seeds }: { what: string; etas: Recipe['etas']; seeds: number[] },
): SweepSpecInput {
	return {
		name: `lab: large batches, ${dataset}, ${name} (${what})`,
		dataset: { name: dataset, validation, trainExamples },
		model: { preset: 'mlp', hidden },
		configurations: [...etas].flatMap(([batchSize, of]) => of.map((eta) => ({ batchSize, eta, lambda }))),
		seeds,
		epochs,
		labels: { lab: 'large-batches' },
		...rule,
	};
}

import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import type { Size } from '../../experiment.ts';

/** One data set with what is asked of it. */
export type Setting = {
	dataset: 'mnist' | 'cifar10';
	validation: number;
	trainExamples: number;
	hidden: number[];
	seeds: number[];
	/** The rate at which every B is compared first. Pixels are not centred, and CIFAR-10 bears less of it. */
	fixedEta: number;
	/** By B, the rates that it may choose among; each has the fixed one. */
	etas: ReadonlyMap<number, readonly number[]>;
	epochs: number;
	/** A whole number of epochs of every B. */
	updates: number;
};

export const lambda = 0.9;

const [lowest, lower, low, middle, high, higher] = [
	[0.0003, 0.001, 0.003, 0.01],
	[0.001, 0.003, 0.01, 0.03],
	[0.003, 0.01, 0.03, 0.1],
	[0.01, 0.03, 0.1, 0.3],
	[0.03, 0.1, 0.3, 1],
	[0.1, 0.3, 1, 3],
];

export const settings: Record<Size, readonly Setting[]> = {
	quick: [
		{
			...{ dataset: 'mnist', validation: 5000, trainExamples: 5000, hidden: [128], seeds: [0, 1, 2, 3], fixedEta: 0.1 },
			etas: new Map([
				[50, middle],
				[250, high],
				[1000, higher],
				[5000, [0.1, 0.3, 1]],
			]),
			...{ epochs: 5, updates: 200 },
		},
	],
	full: [
		{
			...{
				dataset: 'mnist',
				validation: 5000,
				trainExamples: 10_000,
				hidden: [128],
				seeds: [0, 1, 2],
				fixedEta: 0.1,
			},
			etas: new Map([
				[20, low],
				[100, middle],
				[500, high],
				[1000, higher],
				[5000, [0.1, 0.3, 1]],
			]),
			...{ epochs: 10, updates: 1000 },
		},
		{
			...{
				dataset: 'cifar10',
				validation: 2500,
				trainExamples: 5000,
				hidden: [128],
				seeds: [0, 1, 2],
				fixedEta: 0.003,
			},
			etas: new Map([
				[20, lowest],
				[100, lower],
				[500, low],
				[5000, low],
			]),
			...{ epochs: 10, updates: 250 },
		},
	],
};

export function updatesPerEpoch({ trainExamples }: Setting, batchSize: number): number {
	return Math.ceil(trainExamples / batchSize);
}

const common = ({ dataset, validation, trainExamples, hidden, seeds }: Setting) => ({
	dataset: { name: dataset, validation, trainExamples },
	model: { preset: 'mlp' as const, hidden },
	seeds,
	labels: { lab: 'batch-size' },
});

/** Every B with its rates for the same number of epochs. */
export function equalEpochs(setting: Setting): SweepSpecInput {
	return {
		...common(setting),
		name: `lab: accuracy against B at equal epochs, ${setting.dataset}`,
		configurations: [...setting.etas].flatMap(([batchSize, etas]) => etas.map((eta) => ({ batchSize, eta, lambda }))),
		epochs: setting.epochs,
	};
}

/** By B, since each takes another number of epochs for the same updates. */
export function equalUpdates(setting: Setting): SweepSpecInput[] {
	return [...setting.etas].map(([batchSize, etas]) => ({
		...common(setting),
		name: `lab: B = ${batchSize} for ${setting.updates} updates, ${setting.dataset}`,
		grid: { batchSize: [batchSize], eta: [...etas], lambda: [lambda] },
		epochs: Math.ceil(setting.updates / updatesPerEpoch(setting, batchSize)),
	}));
}

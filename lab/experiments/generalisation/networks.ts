import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import type { Size } from '../../experiment.ts';

/** One network of the paper, on how much of its data, and how much of it sharpness is measured on. */
export type Network = {
	name: 'F1' | 'C1';
	dataset: 'mnist' | 'cifar10';
	trainExamples: number;
	/** Held out, so that the official test images are read once, at the end. */
	validation: number;
	/** 0.5 % (of C1 here 1.6 %) and 10 % of the data, as the paper's 256 and 5,500 are. */
	smallBatch: number;
	largeBatch: number;
	epochs: number;
	seeds: number[];
	/** Examples that f of Metric 2.1 is the mean loss over. The paper takes all. */
	sharpnessExamples: number;
	epsilons: number[];
	/** Dimensions of the random subspace. */
	subspace: number;
};

/** ε at which the verdict compares; the paper's larger one. */
export const judgedEpsilon = 1e-3;

export const networks: Record<Size, Network[]> = {
	quick: [
		{
			...{ name: 'F1', dataset: 'mnist', trainExamples: 6_000, validation: 5_000, smallBatch: 30, largeBatch: 600 },
			...{ epochs: 18, seeds: [0, 1, 2], sharpnessExamples: 500, epsilons: [judgedEpsilon], subspace: 20 },
		},
	],
	full: [
		{
			...{ name: 'F1', dataset: 'mnist', trainExamples: 55_000, validation: 5_000, smallBatch: 256, largeBatch: 5_500 },
			...{
				epochs: 12,
				seeds: [0, 1, 2, 3, 4],
				sharpnessExamples: 1_000,
				epsilons: [judgedEpsilon, 5e-4],
				subspace: 100,
			},
		},
		{
			...{ name: 'C1', dataset: 'cifar10', trainExamples: 1_000, validation: 500, smallBatch: 16, largeBatch: 100 },
			...{ epochs: 20, seeds: [0, 1, 2], sharpnessExamples: 100, epsilons: [judgedEpsilon], subspace: 20 },
		},
	],
};

type Layers = Extract<SweepSpecInput['model'], { layers: unknown }>['layers'];

/**
 * Their networks layer by layer, but for batch norm's running statistics: these follow the last ten updates and not the last hundred,
 * since a large batch makes ten in an epoch and would be tested by statistics from its start.
 */
export function modelOf({ name }: Pick<Network, 'name'>): { layers: Layers } {
	const batchNorm = { type: 'batchNorm', momentum: 0.9 } as const;
	const unit = (layer: Layers[number]): Layers => [layer, batchNorm, { type: 'relu' }];
	const dense = (units: number) => unit({ type: 'dense', units });
	const last: Layers = [{ type: 'dense', units: 10 }];
	if (name === 'F1')
		return { layers: [{ type: 'flatten' }, ...Array.from({ length: 5 }, () => dense(512)).flat(), ...last] };
	const pool = { type: 'maxPool', poolSize: 3, strides: 2, padding: 'same' } as const;
	const images = [...unit({ type: 'conv2d', filters: 64, kernelSize: 5, padding: 'same' }), pool];
	const dropped = (units: number): Layers => [...dense(units), { type: 'dropout', rate: 0.5 }];
	return { layers: [...images, ...images, { type: 'flatten' }, ...dropped(384), ...dropped(192), ...last] };
}

export const specOf = (network: Network): SweepSpecInput => ({
	name: `lab: generalisation gap, ${network.name}`,
	dataset: { name: network.dataset, validation: network.validation, trainExamples: network.trainExamples },
	model: modelOf(network),
	grid: { batchSize: [network.smallBatch, network.largeBatch], eta: [0.001] },
	optimizer: { kind: 'adam' },
	seeds: network.seeds,
	epochs: network.epochs,
	labels: { lab: 'generalisation' },
});

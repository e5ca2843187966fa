import type { Rows } from '@basin/gpu-worker/datasets/dataset.ts';
import { loadMnist } from '@basin/gpu-worker/datasets/mnist.ts';
import { resolveArchitecture } from '@basin/gpu-worker/engines/architecture.ts';
import type { Architecture, LayerSpec } from '@basin/gpu-worker/engines/port.ts';
import { Random } from '@basin/gpu-worker/engines/random.ts';

/** `mlp` is 784-128-10 on MNIST, `cnn` is conv32-pool-conv64-pool-dense10 on random images of 32 × 32 × 3. */
export const networkNames = ['mlp', 'cnn'] as const;
export type NetworkName = (typeof networkNames)[number];

/** The peers' programs measure these too. 60,000 is the whole training set. */
export const batchSizes: Record<NetworkName, readonly number[]> = {
	mlp: [1, 10, 32, 100, 1000, 10_000, 60_000],
	cnn: [1, 10, 32, 128, 512],
};

/** As many as the peers' programs time. */
export function updatesTimed(network: NetworkName, batchSize: number): number {
	if (network === 'cnn') return batchSize === 1 ? 200 : Math.max(4, Math.floor(2048 / batchSize));
	return batchSize === 1 ? 2000 : Math.max(3, Math.min(600, Math.floor(60_000 / batchSize)));
}

export interface Problem {
	architecture: Architecture;
	rows: Rows;
}

export async function loadProblem(network: NetworkName): Promise<Problem> {
	if (network === 'cnn') return { architecture: convolutional, rows: randomImages(2048) };
	const mnist = await loadMnist();
	return {
		architecture: resolveArchitecture({ preset: 'mlp', hidden: [128], activation: 'relu' }, mnist),
		rows: mnist.train,
	};
}

const convolution = (filters: number): LayerSpec => ({
	kind: 'conv2d',
	filters,
	kernelSize: [3, 3],
	strides: [1, 1],
	padding: 'same',
	groups: 1,
	initializer: 'heNormal',
});

const block = (filters: number): LayerSpec[] => [
	convolution(filters),
	{ kind: 'relu' },
	{ kind: 'maxPool', poolSize: [2, 2], strides: [2, 2], padding: 'valid' },
];

const convolutional: Architecture = {
	inputShape: [32, 32, 3],
	inputScale: 1 / 255,
	classes: 10,
	layers: [...block(32), ...block(64), { kind: 'flatten' }, { kind: 'dense', units: 10, initializer: 'glorotUniform' }],
};

function randomImages(count: number): Rows {
	const random = Random.of(0);
	return {
		count,
		values: Uint8Array.from({ length: count * 32 * 32 * 3 }, () => random.below(256)),
		labels: Uint8Array.from({ length: count }, (_, row) => row % 10),
	};
}

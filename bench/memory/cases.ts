import type { EngineName } from '@basin/core/contracts/sweep-spec.ts';
import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';

/** One process and what it trains. */
export interface MemoryCase {
	title: string;
	dataset: 'mnist' | 'cifar10';
	/** Of the training split, so many are trained on. */
	images: number;
	model: object;
	configurations: readonly TrialAssignment['configuration'][];
	engine?: EngineName;
}

const at = (batchSize: number) => [{ batchSize, eta: 0.01, lambda: 0.9 }];
const grid = [1, 10, 32, 100, 320, 1000, 3200, 10_000].flatMap((batchSize) =>
	[0, 0.5, 0.9].map((lambda) => ({ batchSize, eta: 0.01, lambda })),
);

const mnist = (
	title: string,
	batchSize: number,
	model: object = { preset: 'mlp' },
	more: Partial<MemoryCase> = {},
): MemoryCase => ({
	title: `mnist, ${title}`,
	dataset: 'mnist',
	images: 10_000,
	model,
	configurations: at(batchSize),
	...more,
});
const cifar10 = (preset: string, batchSize: number, images: number): MemoryCase => ({
	title: `cifar10, ${preset}, B = ${batchSize}`,
	dataset: 'cifar10',
	images,
	model: { preset },
	configurations: at(batchSize),
});

export const memoryCases: readonly MemoryCase[] = [
	mnist('mlp, B = 1', 1),
	mnist('mlp, B = 100', 100),
	mnist('mlp, full batch', 60_000, { preset: 'mlp' }, { images: 60_000 }),
	mnist('mlp 2048-2048, B = 100', 100, { preset: 'mlp', hidden: [2048, 2048] }, { images: 2000 }),
	mnist('mlp, 24 programs in turn', 1, { preset: 'mlp' }, { configurations: grid }),
	mnist('keskar-f1, B = 256', 256, { preset: 'keskar-f1' }, { images: 2560 }),
	mnist('cnn, B = 100', 100, { preset: 'cnn' }, { images: 500 }),
	mnist('mlp, B = 100, tensorflow on wasm', 100, { preset: 'mlp' }, { engine: 'tensorflow' }),
	cifar10('cnn', 1, 100),
	cifar10('cnn', 100, 500),
	cifar10('cnn', 1000, 1000),
	cifar10('keskar-c1', 32, 128),
	cifar10('keskar-c1', 256, 256),
	cifar10('resnet8', 100, 300),
];

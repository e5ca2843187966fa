/** What holds two engines to the same numbers, where the 64-bit network of `contract.ts` would be too slow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layerTypes } from '@basin/core/contracts/model-layers.ts';
import type { Rows } from '../datasets/dataset.ts';
import type { OpenEngine } from './contract.ts';
import type { LayerSpec, LossSpec, OptimizerSpec, ProgramSpec } from './port.ts';
import { kindsOf } from './testing/kinds.ts';
import { blurredPrototypes, coarse, everyRow } from './testing/small-problem.ts';
import { train } from './testing/training.ts';

interface Agreement {
	title: string;
	batchSize: number;
	count: number;
	eta: number;
	inputShape?: readonly number[];
	layers: LayerSpec[];
	optimizer?: OptimizerSpec;
	loss?: LossSpec;
	rows?: (count: number) => Rows;
}

const hidden = (units: number, kind: 'relu' | 'tanh'): LayerSpec[] => [
	{ kind: 'dense', units, initializer: kind === 'relu' ? 'heNormal' : 'glorotUniform' },
	{ kind },
];
const conv = (filters: number, changes: Partial<LayerSpec & { kind: 'conv2d' }> = {}): LayerSpec => ({
	kind: 'conv2d',
	filters,
	kernelSize: [3, 3],
	strides: [1, 1],
	padding: 'same',
	groups: 1,
	initializer: 'heNormal',
	...changes,
});
const momentum = (lambda: number): OptimizerSpec => ({ kind: 'momentum', lambda });
const moments = { beta1: 0.9, beta2: 0.999, epsilon: 1e-6 };
const relu = hidden(32, 'relu');

const agreements: Agreement[] = [
	{ title: 'no hidden layer, a rest of 50', batchSize: 100, count: 950, eta: 0.1, layers: [], optimizer: momentum(0) },
	{ title: 'relu, B = 1', batchSize: 1, count: 50, eta: 0.05, layers: relu, optimizer: momentum(0.5) },
	{ title: 'relu twice, a rest of 10', batchSize: 32, count: 330, eta: 0.02, layers: [...relu, ...hidden(24, 'relu')] },
	{ title: 'tanh, the full batch', batchSize: 300, count: 300, eta: 0.05, layers: hidden(40, 'tanh') },
	{ title: 'relu, B = 640 of 1300', batchSize: 640, count: 1300, eta: 0.02, layers: hidden(64, 'relu') },
	{
		title: 'convolutions with strides and groups, max pooling',
		batchSize: 20,
		count: 110,
		eta: 0.01,
		inputShape: [10, 10, 1],
		layers: [
			conv(4),
			{ kind: 'relu' },
			{ kind: 'maxPool', poolSize: [2, 2], strides: [2, 2], padding: 'valid' },
			conv(6, { groups: 2, strides: [2, 1], kernelSize: [3, 2], padding: 'valid' }),
			{ kind: 'leakyRelu', negativeSlope: 0.1 },
			{ kind: 'flatten' },
		],
	},
	{
		title: 'average pooling with a margin, gelu, sigmoid',
		batchSize: 25,
		count: 100,
		eta: 0.2,
		inputShape: [5, 5, 4],
		layers: [
			conv(8, { kernelSize: [2, 3] }),
			{ kind: 'gelu' },
			{ kind: 'avgPool', poolSize: [3, 3], strides: [2, 2], padding: 'same' },
			conv(12, { initializer: 'glorotUniform' }),
			{ kind: 'sigmoid' },
			{ kind: 'globalAvgPool' },
		],
	},
	{
		title: 'max pooling over equal pixels, with a margin and an overlap',
		batchSize: 20,
		count: 100,
		eta: 0.02,
		inputShape: [10, 10, 1],
		rows: (count) => coarse(blurredPrototypes(count)),
		layers: [
			conv(4, { kernelSize: [1, 1] }),
			{ kind: 'maxPool', poolSize: [3, 3], strides: [2, 2], padding: 'same' },
			{ kind: 'flatten' },
		],
	},
	{
		title: 'residual blocks, with and without a projection',
		batchSize: 25,
		count: 100,
		eta: 0.02,
		inputShape: [5, 5, 4],
		layers: [
			{ kind: 'residual', layers: [conv(4), { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 }] },
			{ kind: 'relu' },
			{ kind: 'residual', layers: [conv(6, { strides: [2, 2] }), { kind: 'relu' }, conv(6)] },
			{ kind: 'relu' },
			{ kind: 'globalAvgPool' },
			{ kind: 'residual', layers: hidden(6, 'tanh') },
		],
	},
	{
		title: 'batch and layer normalisation of images and units',
		batchSize: 30,
		count: 100,
		eta: 0.02,
		inputShape: [5, 5, 4],
		layers: [
			conv(6),
			{ kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 },
			{ kind: 'relu' },
			{ kind: 'layerNorm', epsilon: 1e-3 },
			{ kind: 'flatten' },
			{ kind: 'dense', units: 16, initializer: 'heNormal' },
			{ kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 },
			{ kind: 'tanh' },
		],
	},
	{
		title: 'dropout of units and of images, in a block too, a rest of 20',
		batchSize: 40,
		count: 180,
		eta: 0.02,
		inputShape: [5, 5, 4],
		layers: [
			{ kind: 'dropout', rate: 0.1 },
			conv(8),
			{ kind: 'relu' },
			{ kind: 'residual', layers: [{ kind: 'dropout', rate: 0.5 }, conv(8)] },
			{ kind: 'flatten' },
			...hidden(40, 'relu'),
			{ kind: 'dropout', rate: 0.5 },
		],
	},
	{
		title: 'ghost batches of 8 and 12 in batches of 60, a rest of 10',
		batchSize: 60,
		count: 250,
		eta: 0.02,
		inputShape: [5, 5, 4],
		layers: [
			conv(6),
			{ kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9, ghostBatchSize: 8 },
			{ kind: 'relu' },
			{ kind: 'flatten' },
			...hidden(16, 'tanh'),
			{ kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9, ghostBatchSize: 12 },
		],
	},
	...(
		[
			[
				'nesterov with decay, squared error',
				0.1,
				{ kind: 'nesterov', lambda: 0.9, weightDecay: 1e-3 },
				{ kind: 'mse' },
			],
			['sgd with decay', 0.2, { kind: 'sgd', weightDecay: 1e-3 }],
			['adam, smoothed labels', 0.003, { kind: 'adam', ...moments }, { labelSmoothing: 0.1 }],
			['adam with decay', 0.003, { kind: 'adam', ...moments, weightDecay: 0.01 }],
			['lars', 1, { kind: 'lars', lambda: 0.9, trustCoefficient: 0.01, weightDecay: 1e-3 }],
			['lamb', 0.005, { kind: 'lamb', ...moments, weightDecay: 0.01 }],
		] as [string, number, OptimizerSpec, (LossSpec | { labelSmoothing: number })?][]
	).map(([title, eta, optimizer, loss = {}]): Agreement => {
		const whole: LossSpec = { kind: 'softmaxCrossEntropy', ...loss };
		return { title, batchSize: 50, count: 250, eta, layers: relu, optimizer, loss: whole };
	}),
];

/** Registers the tests that hold two engines to the same numbers, over 100 updates unless told. */
export function testAgreement(
	names: readonly [string, string],
	open: readonly [OpenEngine, OpenEngine],
	updates = 100,
): void {
	test('every layer that a spec can name is in a network of these', () => {
		const kinds = kindsOf(agreements.flatMap(({ layers }) => layers));
		assert.deepEqual(
			layerTypes.filter((type) => !kinds.has(type)),
			[],
		);
	});

	for (const agreement of agreements) {
		test(`${names.join(' and ')} have the same losses over ${updates} updates and the same accuracy: ${agreement.title}`, async () => {
			const [one, other] = await Promise.all(open.map((openEngine) => trainOnce(openEngine, agreement, updates)));
			assert.ok(one!.updates >= updates);
			for (const [epoch, loss] of one!.losses.entries()) {
				const error = Math.abs(other!.losses[epoch]! / loss - 1);
				assert.ok(error < 1e-4, `epoch ${epoch + 1}: relative error ${error}`);
			}
			const inference = Math.abs(other!.finalLoss / one!.finalLoss - 1);
			assert.ok(inference < 1e-4, `evaluation: relative error ${inference}`);
			const [first, last] = [one!.losses[0]!, one!.losses.at(-1)!];
			assert.ok(last < 0.95 * first, `it learns: ${first} to ${last}`);
			// A difference in the last bit may tip an example that lies between two classes.
			const tipped = Math.abs(one!.correct - other!.correct);
			assert.ok(tipped <= agreement.count / 500, `${one!.correct} and ${other!.correct} right of ${agreement.count}`);
		});
	}
}

async function trainOnce(open: OpenEngine, agreement: Agreement, updates: number) {
	const { batchSize, count, eta, layers, inputShape = [100], optimizer = momentum(0.9) } = agreement;
	const output: LayerSpec = { kind: 'dense', units: 10, initializer: 'glorotUniform' };
	const spec: ProgramSpec = {
		architecture: { inputShape, inputScale: 1 / 255, classes: 10, layers: [...layers, output] },
		loss: agreement.loss ?? { kind: 'softmaxCrossEntropy' },
		optimizer,
		batchSize,
		rowsPerEpoch: count,
	};
	const rows = (agreement.rows ?? blurredPrototypes)(count);
	const engine = await open();
	const program = await engine.compile(spec);
	const epochs = Math.ceil(updates / program.updatesPerEpoch);
	const { state, sums } = await train(program, rows, { epochs, eta });
	const final = await program.evaluate({ state, rows, indexes: everyRow(rows.count) });
	await engine.close();
	return {
		losses: sums.map(({ loss }) => loss),
		finalLoss: final.loss,
		correct: final.correct,
		updates: epochs * program.updatesPerEpoch,
	};
}

/**
 * Prints where onnxruntime puts the nodes of one update and of an evaluation: `webgpu.slow.test.ts` reads it.
 * usage: node gpu-worker/engines/testing/print-placements.ts webgpu|cuda
 */
import { InferenceSession } from 'onnxruntime-node';
import { buildEpochGraph } from '../onnx/epoch-graph.ts';
import { buildEvaluationGraph } from '../onnx/evaluation-graph.ts';
import { buildLoss } from '../onnx/losses/build-loss.ts';
import { Network } from '../onnx/network.ts';
import { updateRule } from '../onnx/optimizers/update-rule.ts';
import type { LayerSpec } from '../port.ts';

const rows = 8;
const kernel = { kernelSize: [3, 3], padding: 'same', groups: 1, initializer: 'heNormal' } as const;
const pool = { poolSize: [2, 2], strides: [2, 2], padding: 'valid' } as const;
const layers: LayerSpec[] = [
	{ kind: 'conv2d', filters: 4, strides: [1, 1], ...kernel },
	{ kind: 'relu' },
	{ kind: 'maxPool', ...pool },
	{ kind: 'conv2d', filters: 8, strides: [1, 1], ...kernel },
	{ kind: 'batchNorm', epsilon: 0.001, momentum: 0.99, ghostBatchSize: 3 },
	{ kind: 'gelu' },
	{ kind: 'avgPool', ...pool },
	{ kind: 'flatten' },
	{ kind: 'dense', units: 16, initializer: 'heNormal' },
	{ kind: 'tanh' },
	{ kind: 'dropout', rate: 0.5 },
	{ kind: 'dense', units: 10, initializer: 'glorotUniform' },
];
const shape = { inputShape: [8, 8, 1], inputScale: 1 / 255, classes: 10 };
const shared = {
	...shape,
	network: new Network({ ...shape, layers }),
	loss: buildLoss({ kind: 'softmaxCrossEntropy' }, 10),
};
const optimizers = [
	{ kind: 'momentum', lambda: 0.9 },
	{ kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
	{ kind: 'lamb', beta1: 0.9, beta2: 0.999, epsilon: 1e-6 },
] as const;
const updates = optimizers.map((optimizer) => {
	const { build } = updateRule(optimizer, rows);
	return buildEpochGraph({ ...shared, optimizer: build, batchSize: rows, rowsPerEpoch: rows, blockRows: rows });
});
for (const graph of [buildEvaluationGraph(shared), ...updates]) {
	const options = { executionProviders: [process.argv[2]!], logSeverityLevel: 0, logVerbosityLevel: 1 } as const;
	await (await InferenceSession.create(graph.serialize('placed'), options)).release();
}

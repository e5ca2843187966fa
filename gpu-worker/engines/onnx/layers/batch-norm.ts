import { count, type LayerShape, type LayerSpec } from '@basin/core/domain/network-shape.ts';
import type { Graph, Value } from '../graph.ts';
import { addedSum } from './gradient-product.ts';
import type { Layer } from './layer.ts';
import { inverseDeviation, normalize, normalizedGradient } from './normalization.ts';

/**
 * y = γ·x̂ + β, x̂ of mean 0 and variance 1 over the batch for each unit or channel (Ioffe and Szegedy, 2015). In use, and in
 * validation, the means and variances are running ones of the training: r ← momentum·r + (1 − momentum)·batch, as in Keras.
 */
export function batchNorm(
	{ epsilon, momentum }: LayerSpec & { kind: 'batchNorm' },
	shape: LayerShape,
	inputShape: readonly number[],
): Layer {
	const rowsPerExample = count(inputShape) / inputShape.at(-1)!;
	const running = (graph: Graph, before: Value, ofBatch: Value) => {
		const kept = graph.node('Mul', [before, graph.constant(momentum)]);
		const added = graph.node('Mul', [graph.reshape(ofBatch, [-1]), graph.constant(1 - momentum)]);
		return graph.node('Add', [kept, added]);
	};
	return {
		...shape,
		needsWholeBatch: true,
		forward(graph, input, [gamma, beta, runningMean, runningVariance], mode) {
			const scaled = (values: Value) => graph.node('Add', [graph.node('Mul', [values, gamma!]), beta!]);
			if (mode === 'inference') {
				const inverse = inverseDeviation(graph, runningVariance!, epsilon);
				const values = graph.node('Mul', [graph.node('Sub', [input, runningMean!]), inverse]);
				return { output: scaled(values) };
			}
			const { values, inverse, mean, variance } = normalize(graph, input, { axis: 0, epsilon });
			return { output: scaled(values), kept: [values, inverse, mean, variance] };
		},
		backward({ graph, rows: examples, kept, parameters, gradient, accumulations, needsInputGradient }) {
			const [values, inverse, mean, variance] = kept as [Value, Value, Value, Value];
			const rows = examples * rowsPerExample;
			const accumulated = [
				addedSum(graph, { rows, gradient: graph.node('Mul', [gradient, values]), bias: accumulations[0]! }),
				addedSum(graph, { rows, gradient, bias: accumulations[1]! }),
				running(graph, accumulations[2]!.into, mean),
				running(graph, accumulations[3]!.into, variance),
			];
			if (!needsInputGradient) return { inputGradient: null, accumulated };
			const scaled = graph.node('Mul', [gradient, parameters[0]!]);
			return { inputGradient: normalizedGradient(graph, scaled, { values, inverse }, 0), accumulated };
		},
	};
}

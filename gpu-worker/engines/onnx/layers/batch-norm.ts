import { count, type LayerShape, type LayerSpec } from '@basin/core/domain/network-shape.ts';
import type { Graph, Value } from '../graph.ts';
import { ghostBatches, joined, partOf } from './ghost-batches.ts';
import { addedSum } from './gradient-product.ts';
import type { Layer } from './layer.ts';
import { inverseDeviation, normalize, normalizedGradient } from './normalization.ts';

/**
 * y = γ·x̂ + β, x̂ of mean 0 and variance 1 over the batch for each unit or channel (Ioffe and Szegedy, 2015), or over each ghost
 * batch of it (Hoffer et al., 2017). In use, and in validation, the means and variances are running ones of the training:
 * r ← momentum·r + (1 − momentum)·batch, as in Keras, with one step for each ghost batch.
 */
export function batchNorm(
	{ epsilon, momentum, ghostBatchSize = Number.POSITIVE_INFINITY }: LayerSpec & { kind: 'batchNorm' },
	shape: LayerShape,
	inputShape: readonly number[],
): Layer {
	const channels = inputShape.at(-1)!;
	const pixels = count(inputShape) / channels;
	const partsOf = (examples: number) => ghostBatches(examples * pixels, ghostBatchSize * pixels);
	/** All steps of one part at once: momentumⁿ·r + Σ (1 − momentum)·momentumⁿ⁻ⁱ·batchᵢ. @param ofBatches n times `channels` numbers */
	const running = (graph: Graph, before: Value, ofBatches: Value, batches: number) => {
		const shares = Array.from({ length: batches }, (_, index) => (1 - momentum) * momentum ** (batches - 1 - index));
		const rows = graph.reshape(ofBatches, [batches, channels]);
		const shared = graph.node('Mul', [rows, graph.constant(shares, graph.real, [batches, 1])]);
		const added = graph.node('ReduceSum', [shared, graph.constant([0], 'int64')], { int: { keepdims: 0 } });
		return graph.node('Add', [graph.node('Mul', [before, graph.constant(momentum ** batches)]), added]);
	};
	return {
		...shape,
		forward(graph, input, [gamma, beta, runningMean, runningVariance], mode) {
			const scaled = (values: Value) => graph.node('Add', [graph.node('Mul', [values, gamma!]), beta!]);
			if (mode === 'inference') {
				const inverse = inverseDeviation(graph, runningVariance!, epsilon);
				const values = graph.node('Mul', [graph.node('Sub', [input, runningMean!]), inverse]);
				return { output: scaled(values) };
			}
			const parts = partsOf(mode.rows);
			const normalized = parts.map((part) =>
				normalize(graph, partOf(graph, input, parts, part, channels), { axis: part.axis, epsilon }),
			);
			const values = normalized.map((part) => part.values);
			const all = joined(graph, values, parts, channels);
			const kept = normalized.flatMap(({ values, inverse, mean, variance }) => [values, inverse, mean, variance]);
			return { output: scaled(all), kept: [all, ...kept] };
		},
		backward({ graph, rows: examples, kept, parameters, gradient, accumulations, needsInputGradient }) {
			const [all, ...ofParts] = kept as [Value, ...Value[]];
			const parts = partsOf(examples);
			const [of, rows] = [(part: number, index: number) => ofParts[part * 4 + index]!, examples * pixels];
			const counted = (before: Value, index: number) =>
				parts.reduce((now, { batches }, part) => running(graph, now, of(part, index), batches), before);
			const accumulated = [
				addedSum(graph, { rows, gradient: graph.node('Mul', [gradient, all]), bias: accumulations[0]! }),
				addedSum(graph, { rows, gradient, bias: accumulations[1]! }),
				counted(accumulations[2]!.into, 2),
				counted(accumulations[3]!.into, 3),
			];
			if (!needsInputGradient) return { inputGradient: null, accumulated };
			const scaled = graph.node('Mul', [gradient, parameters[0]!]);
			const inputGradients = parts.map((part, index) => {
				const own = partOf(graph, scaled, parts, part, channels);
				return normalizedGradient(graph, own, { values: of(index, 0), inverse: of(index, 1) }, part.axis);
			});
			return { inputGradient: joined(graph, inputGradients, parts, channels), accumulated };
		},
	};
}

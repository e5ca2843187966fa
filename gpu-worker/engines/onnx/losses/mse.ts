import type { Loss } from './loss.ts';
import { oneHot } from './targets.ts';

/** (1/K) Σₖ (zₖ − onehotₖ)² over the K classes, as Keras and PyTorch take the mean. ∂/∂z = (2/K)(z − onehot). */
export function meanSquaredError(classes: number): Loss {
	return {
		targets: (graph, labels) => oneHot(graph, labels, classes),
		gradient(graph, logits, targets, scale) {
			const factor = graph.node('Mul', [scale, graph.constant(2 / classes)]);
			return graph.node('Mul', [graph.node('Sub', [logits, targets]), factor]);
		},
		perExample(graph, logits, targets) {
			const error = graph.node('Sub', [logits, targets]);
			const squares = graph.node('Mul', [error, error]);
			return graph.node('ReduceMean', [squares, graph.constant([1], 'int64')], { int: { keepdims: 0 } });
		},
	};
}

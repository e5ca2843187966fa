import type { Loss } from './loss.ts';
import { oneHot } from './targets.ts';

/**
 * −Σₖ tₖ log softmax(z)ₖ. ∂/∂z = softmax(z) − t. t is 1 at the true class, or with label smoothing s (Szegedy et al., 2016)
 * 1 − s + s/K there and s/K at each other of the K classes.
 */
export function softmaxCrossEntropy(classes: number, labelSmoothing = 0): Loss {
	const off = labelSmoothing / classes;
	return {
		targets: (graph, labels) => oneHot(graph, labels, classes, 1 - labelSmoothing + off, off),
		gradient(graph, logits, targets, scale) {
			const error = graph.node('Sub', [graph.node('Softmax', [logits]), targets]);
			return graph.node('Mul', [error, scale]);
		},
		perExample(graph, logits, targets) {
			const chosen = graph.node('Mul', [graph.node('LogSoftmax', [logits]), targets]);
			const sum = graph.node('ReduceSum', [chosen, graph.constant([1], 'int64')], { int: { keepdims: 0 } });
			return graph.node('Neg', [sum]);
		},
	};
}

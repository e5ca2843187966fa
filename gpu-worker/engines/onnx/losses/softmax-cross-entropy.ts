import type { Loss } from './loss.ts';

/** −log softmax(z)ₖ for the true class k. ∂/∂z = softmax(z) − onehot(k). */
export function softmaxCrossEntropy(classes: number): Loss {
	return {
		targets(graph, labels) {
			const identity = Array.from({ length: classes * classes }, (_, i) => (i % (classes + 1) === 0 ? 1 : 0));
			return graph.node('Gather', [graph.constant(identity, graph.real, [classes, classes]), labels]);
		},
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

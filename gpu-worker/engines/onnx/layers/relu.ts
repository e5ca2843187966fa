import type { Layer } from './layer.ts';

/** y = max(x, 0). ∂x = ∂y where y > 0: y is never negative, so its sign is the mask. */
export function relu(inputShape: readonly number[]): Layer {
	return {
		outputShape: inputShape,
		parameters: [],
		forward(graph, input) {
			return graph.node('Relu', [input]);
		},
		backward({ graph, output, gradient }) {
			return { inputGradient: graph.node('Mul', [gradient, graph.node('Sign', [output])]), accumulated: [] };
		},
	};
}

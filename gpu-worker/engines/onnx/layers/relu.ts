import type { LayerShape } from '@basin/core/domain/network-shape.ts';
import type { Layer } from './layer.ts';

/** y = max(x, 0). ∂x = ∂y where y > 0: y is never negative, so its sign is the mask. */
export function relu(shape: LayerShape): Layer {
	return {
		...shape,
		forward(graph, input) {
			return { output: graph.node('Relu', [input]) };
		},
		backward({ graph, output, gradient }) {
			return { inputGradient: graph.node('Mul', [gradient, graph.node('Sign', [output])]), accumulated: [] };
		},
	};
}

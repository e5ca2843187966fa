import type { LayerShape } from '@basin/core/domain/network-shape.ts';
import type { Layer } from './layer.ts';

/** y = tanh(x). ∂x = ∂y·(1 − y²). */
export function tanh(shape: LayerShape): Layer {
	return {
		...shape,
		forward(graph, input) {
			return { output: graph.node('Tanh', [input]) };
		},
		backward({ graph, output, gradient }) {
			const slope = graph.node('Sub', [graph.constant(1), graph.node('Mul', [output, output])]);
			return { inputGradient: graph.node('Mul', [gradient, slope]), accumulated: [] };
		},
	};
}

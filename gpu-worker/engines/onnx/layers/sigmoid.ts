import type { LayerShape } from '@basin/core/domain/network-shape.ts';
import type { Layer } from './layer.ts';

/** y = 1/(1 + e⁻ˣ). ∂x = ∂y·y·(1 − y). */
export function sigmoid(shape: LayerShape): Layer {
	return {
		...shape,
		forward(graph, input) {
			return { output: graph.node('Sigmoid', [input]) };
		},
		backward({ graph, output, gradient }) {
			const slope = graph.node('Mul', [output, graph.node('Sub', [graph.constant(1), output])]);
			return { inputGradient: graph.node('Mul', [gradient, slope]), accumulated: [] };
		},
	};
}

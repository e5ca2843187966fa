import type { LayerShape, LayerSpec } from '@basin/core/domain/network-shape.ts';
import type { Layer } from './layer.ts';

/** y = max(x, s·x) with 0 ≤ s < 1. ∂x = ∂y·max(sign x, s), and y has the sign of x. */
export function leakyRelu({ negativeSlope }: LayerSpec & { kind: 'leakyRelu' }, shape: LayerShape): Layer {
	return {
		...shape,
		forward(graph, input) {
			const scaled = graph.node('Mul', [input, graph.constant(negativeSlope)]);
			return { output: graph.node('Max', [input, scaled]) };
		},
		backward({ graph, output, gradient }) {
			const slope = graph.node('Max', [graph.node('Sign', [output]), graph.constant(negativeSlope)]);
			return { inputGradient: graph.node('Mul', [gradient, slope]), accumulated: [] };
		},
	};
}

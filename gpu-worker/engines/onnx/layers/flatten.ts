import { count, type LayerShape } from '@basin/core/domain/network-shape.ts';
import type { Layer } from './layer.ts';

/** The pixels of an image side by side, as they lie in memory. */
export function flatten(shape: LayerShape, inputShape: readonly number[]): Layer {
	return {
		...shape,
		forward(graph, input) {
			return { output: graph.reshape(input, [-1, count(inputShape)]) };
		},
		backward({ graph, gradient }) {
			return { inputGradient: graph.reshape(gradient, [-1, inputShape.at(-1)!]), accumulated: [] };
		},
	};
}

import type { LayerShape } from '@basin/core/domain/network-shape.ts';
import type { Layer } from './layer.ts';

/** y = the mean over all pixels of each channel. */
export function globalAvgPool(shape: LayerShape, inputShape: readonly number[]): Layer {
	const [height, width, channels] = inputShape as [number, number, number];
	const pixels = height * width;
	return {
		...shape,
		forward(graph, input) {
			const images = graph.reshape(input, [-1, pixels, channels]);
			const axis = graph.constant([1], 'int64');
			return { output: graph.node('ReduceMean', [images, axis], { int: { keepdims: 0 } }) };
		},
		backward({ graph, rows, gradient }) {
			const shared = graph.reshape(graph.node('Mul', [gradient, graph.constant(1 / pixels)]), [-1, 1, channels]);
			const spread = graph.node('Expand', [shared, graph.constant([rows, pixels, channels], 'int64')]);
			return { inputGradient: graph.reshape(spread, [-1, channels]), accumulated: [] };
		},
	};
}

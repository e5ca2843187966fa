import type { LayerShape, LayerSpec } from '@basin/core/domain/network-shape.ts';
import type { Layer } from './layer.ts';
import { axesOf, sumsOf, unfold, windowsOf } from './windows.ts';

/** y = the mean of each window's pixels inside of the image. ∂x = the sum of ∂y / pixels over the windows that saw it. */
export function avgPool(
	{ poolSize, strides, padding }: LayerSpec & { kind: 'avgPool' },
	shape: LayerShape,
	inputShape: readonly number[],
): Layer {
	const windows = windowsOf(axesOf(inputShape, poolSize, { strides, padding }));
	const { inputs, outputs, taps, table } = windows;
	const channels = inputShape[2]!;
	const shares = Array.from({ length: outputs }, (_, place) => {
		return 1 / table.slice(place * taps, (place + 1) * taps).filter((pixel) => pixel < inputs).length;
	});
	/** For each pixel, the windows that see it. */
	const places: number[][] = Array.from({ length: inputs }, () => []);
	for (const [index, pixel] of table.entries()) places[pixel]?.push(Math.floor(index / taps));
	return {
		...shape,
		forward(graph, input) {
			const seen = graph.reshape(unfold(graph, input, windows, channels), [-1, outputs, taps, channels]);
			const sum = graph.node('ReduceSum', [seen, graph.constant([2], 'int64')], { int: { keepdims: 0 } });
			const mean = graph.node('Mul', [sum, graph.constant(shares, graph.real, [outputs, 1])]);
			return { output: graph.reshape(mean, [-1, channels]) };
		},
		backward({ graph, gradient }) {
			const images = graph.reshape(gradient, [-1, outputs, channels]);
			const shared = graph.node('Mul', [images, graph.constant(shares, graph.real, [outputs, 1])]);
			return { inputGradient: sumsOf(graph, shared, outputs, places, channels), accumulated: [] };
		},
	};
}

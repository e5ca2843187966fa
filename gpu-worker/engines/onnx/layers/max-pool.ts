import type { LayerShape, LayerSpec } from '@basin/core/domain/network-shape.ts';
import type { Graph, Value } from '../graph.ts';
import type { Layer } from './layer.ts';
import { axesOf, sumsOf, windowsOf } from './windows.ts';

/**
 * y = the largest of each window. Its gradient goes to the first tap that has it, in rows of the window, as in TensorFlow and
 * PyTorch: a background of equal pixels makes ties common.
 */
export function maxPool(
	{ poolSize, strides, padding }: LayerSpec & { kind: 'maxPool' },
	shape: LayerShape,
	inputShape: readonly number[],
): Layer {
	const windows = windowsOf(axesOf(inputShape, poolSize, { strides, padding }));
	const { inputs, outputs, taps, table } = windows;
	const channels = inputShape[2]!;
	// A tap outside of the image looks at a pixel of the same window once more: neither the largest nor its pixel changes.
	const pixelsOf = (tap: number) =>
		Array.from({ length: outputs }, (_, place) => {
			const window = table.slice(place * taps, (place + 1) * taps);
			return window[tap]! < inputs ? window[tap]! : window.find((pixel) => pixel < inputs)!;
		});
	const tapPixels = Array.from({ length: taps }, (_, tap) => pixelsOf(tap));
	/** For each pixel, where in the taps' joined gradients its own are. */
	const places: number[][] = Array.from({ length: inputs }, () => []);
	for (const [index, pixel] of tapPixels.flat().entries()) places[pixel]!.push(index);
	return {
		...shape,
		forward(graph, input) {
			const images = graph.reshape(input, [-1, inputs, channels]);
			const seen = tapPixels.map((pixels) =>
				graph.node('Gather', [images, graph.constant(pixels, 'int32')], { int: { axis: 1 } }),
			);
			const largest = graph.node('Max', seen);
			return { output: graph.reshape(largest, [-1, channels]), kept: [largest, ...seen] };
		},
		backward({ graph, kept: [largest, ...seen], gradient }) {
			const parts = shareOut(graph, largest!, seen, graph.reshape(gradient, [-1, outputs, channels]));
			const joined = graph.node('Concat', parts, { int: { axis: 1 } });
			return { inputGradient: sumsOf(graph, joined, taps * outputs, places, channels), accumulated: [] };
		},
	};
}

/** What of each window's gradient goes to each tap. */
function shareOut(graph: Graph, largest: Value, seen: readonly Value[], gradient: Value): Value[] {
	const zero = graph.constant(0);
	let left = gradient;
	const parts = seen.slice(0, -1).map((tap) => {
		const part = graph.node('Where', [graph.node('Equal', [tap, largest]), left, zero]);
		left = graph.node('Sub', [left, part]);
		return part;
	});
	return [...parts, left];
}

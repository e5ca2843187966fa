import { type LayerSpec, type Pair, windowPlaces } from '@basin/core/domain/network-shape.ts';
import type { Graph, Value } from '../graph.ts';

/**
 * What a sliding window sees, as a table: for each place of the output (in rows of the image) and each tap of the window, the
 * pixel of the input, or `inputs` for one outside. Strides and padding are in the table, so Gather is all that forward and
 * backward need.
 */
export interface Windows {
	inputs: number;
	outputs: number;
	taps: number;
	table: readonly number[];
}

/** One axis of a window that slides over an image. */
interface Axis {
	size: number;
	window: number;
	stride: number;
	places: number;
	before: number;
}

/** Down and across. */
export type Axes = readonly [Axis, Axis];

export function axesOf(
	inputShape: readonly number[],
	window: Pair,
	{ strides, padding }: Pick<LayerSpec & { kind: 'conv2d' }, 'strides' | 'padding'>,
): Axes {
	const axis = (index: 0 | 1): Axis => {
		const sizes = { size: inputShape[index]!, window: window[index], stride: strides[index] };
		return { ...sizes, ...windowPlaces({ ...sizes, padding }) };
	};
	return [axis(0), axis(1)];
}

export function windowsOf([down, across]: Axes): Windows {
	const inputs = down.size * across.size;
	const table: number[] = [];
	for (let place = 0; place < down.places * across.places; place++) {
		const top = Math.floor(place / across.places) * down.stride - down.before;
		const left = (place % across.places) * across.stride - across.before;
		for (let y = top; y < top + down.window; y++) {
			for (let x = left; x < left + across.window; x++) {
				const inside = y >= 0 && y < down.size && x >= 0 && x < across.size;
				table.push(inside ? y * across.size + x : inputs);
			}
		}
	}
	return { inputs, outputs: down.places * across.places, taps: down.window * across.window, table };
}

/** The other way round: for each pixel of the input and each tap, the place whose window has the pixel at that tap. */
export function transposed({ inputs, outputs, taps, table }: Windows): Windows {
	const turned = new Array<number>(inputs * taps).fill(outputs);
	for (const [index, pixel] of table.entries()) {
		if (pixel < inputs) turned[pixel * taps + (index % taps)] = Math.floor(index / taps);
	}
	return { inputs: outputs, outputs: inputs, taps, table: turned };
}

/** Pixels [rows · inputs, channels] to what each window sees, [rows, outputs · taps, channels]; zero outside of the image. */
export function unfold(
	graph: Graph,
	pixels: Value,
	{ inputs, table }: Pick<Windows, 'inputs' | 'table'>,
	channels: number,
): Value {
	const images = graph.reshape(pixels, [-1, inputs, channels]);
	const outside = table.some((pixel) => pixel >= inputs);
	const padded = outside ? graph.node('Pad', [images, graph.constant([0, 0, 0, 0, 1, 0], 'int64')]) : images;
	return graph.node('Gather', [padded, graph.constant(table, 'int32')], { int: { axis: 1 } });
}

/** What `unfold` gives, [rows · outputs, taps · channels], from one strided Slice a tap: for a table, three channels are too short. */
export function unfoldBySlices(graph: Graph, pixels: Value, [down, across]: Axes, channels: number): Value {
	const images = graph.reshape(pixels, [-1, down.size, across.size, channels]);
	const after = ({ size, window, stride, places, before }: Axis) =>
		Math.max((places - 1) * stride + window - size - before, 0);
	const pads = [0, down.before, across.before, 0, 0, after(down), after(across), 0];
	const padded = graph.node('Pad', [images, graph.constant(pads, 'int64')]);
	const last = ({ places, stride }: Axis) => (places - 1) * stride + 1;
	const seen = Array.from({ length: down.window * across.window }, (_, tap) => {
		const [y, x] = [Math.floor(tap / across.window), tap % across.window];
		const bounds = [
			[y, x],
			[y + last(down), x + last(across)],
			[1, 2],
			[down.stride, across.stride],
		];
		return graph.node('Slice', [padded, ...bounds.map((numbers) => graph.constant(numbers, 'int64'))]);
	});
	return graph.reshape(graph.node('Concat', seen, { int: { axis: 3 } }), [-1, seen.length * channels]);
}

/** Sums, for each pixel, the places of `source` [rows, size, channels] that its list names: pixels [rows · lists, channels]. */
export function sumsOf(
	graph: Graph,
	source: Value,
	size: number,
	lists: readonly (readonly number[])[],
	channels: number,
): Value {
	const longest = lists.reduce((most, list) => Math.max(most, list.length), 0);
	const padded = lists.map((list) => [...list, ...new Array<number>(longest - list.length).fill(size)]);
	const seen = unfold(graph, source, { inputs: size, table: padded.flat() }, channels);
	if (longest === 1) return graph.reshape(seen, [-1, channels]);
	const terms = graph.reshape(seen, [-1, longest, channels]);
	return graph.node('ReduceSum', [terms, graph.constant([1], 'int64')], { int: { keepdims: 0 } });
}

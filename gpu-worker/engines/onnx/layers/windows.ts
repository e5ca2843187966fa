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

export function windowsOf(
	[height, width]: readonly number[],
	window: Pair,
	{ strides, padding }: Pick<LayerSpec & { kind: 'conv2d' }, 'strides' | 'padding'>,
): Windows {
	const [size, inputs] = [[height!, width!] as const, height! * width!];
	const [down, across] = [0, 1].map((axis) =>
		windowPlaces({ size: size[axis]!, window: window[axis]!, stride: strides[axis]!, padding }),
	) as [ReturnType<typeof windowPlaces>, ReturnType<typeof windowPlaces>];
	const table: number[] = [];
	for (let place = 0; place < down.places * across.places; place++) {
		const top = Math.floor(place / across.places) * strides[0] - down.before;
		const left = (place % across.places) * strides[1] - across.before;
		for (let y = top; y < top + window[0]; y++) {
			for (let x = left; x < left + window[1]; x++) {
				const inside = y >= 0 && y < height! && x >= 0 && x < width!;
				table.push(inside ? y * width! + x : inputs);
			}
		}
	}
	return { inputs, outputs: down.places * across.places, taps: window[0] * window[1], table };
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

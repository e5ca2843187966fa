import { type LayerSpec, type Pair, windowPlaces } from '@basin/core/domain/network-shape.ts';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './backend.ts';

export interface WindowSpec extends Pick<LayerSpec & { kind: 'conv2d' }, 'strides' | 'padding'> {
	size: Pair;
}

/** For each tap of a window, in rows, the pixels that it sees [rows, places down, places across, channels]; `outside` beyond the image. */
export function pixelsOfTaps(tf: TensorFlow, input: Tensor4D, windows: WindowSpec, outside: number): Tensor4D[] {
	const { size, strides } = windows;
	const [rows, height, width, channels] = input.shape;
	const down = axisOf(height, 0, windows);
	const across = axisOf(width, 1, windows);
	const margins: [number, number][] = [[0, 0], down.margins, across.margins, [0, 0]];
	const padded = tf.pad(input, margins, outside);
	const taps: Tensor4D[] = [];
	for (let y = 0; y < size[0]; y++) {
		for (let x = 0; x < size[1]; x++) {
			const end = [rows, y + (down.places - 1) * strides[0] + 1, x + (across.places - 1) * strides[1] + 1, channels];
			taps.push(tf.stridedSlice(padded, [0, y, x, 0], end, [1, ...strides, 1]) as Tensor4D);
		}
	}
	return taps;
}

/** Pixels inside of the image that each window has, [1, places down, places across, 1]. */
export function pixelsInside(tf: TensorFlow, input: Tensor4D, windows: WindowSpec): Tensor4D {
	const [down, across] = [axisOf(input.shape[1], 0, windows).inside, axisOf(input.shape[2], 1, windows).inside];
	const counts = Float32Array.from(down.flatMap((rows) => across.map((columns) => rows * columns)));
	return tf.tensor4d(counts, [1, down.length, across.length, 1]);
}

function axisOf(length: number, axis: 0 | 1, { size, strides, padding }: WindowSpec) {
	const [window, stride] = [size[axis], strides[axis]];
	const { places, before } = windowPlaces({ size: length, window, stride, padding });
	const after = Math.max(0, (places - 1) * stride + window - length - before);
	const inside = Array.from({ length: places }, (_, place) => {
		const start = place * stride - before;
		return Math.min(start + window, length) - Math.max(start, 0);
	});
	return { places, margins: [before, after] as [number, number], inside };
}

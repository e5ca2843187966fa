import { type LayerSpec, type Pair, windowPlaces } from '@basin/core/domain/network-shape.ts';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './backend.ts';

export interface WindowSpec extends Pick<LayerSpec & { kind: 'conv2d' }, 'strides' | 'padding'> {
	size: Pair;
}

/** For each tap of a window, in rows, the pixels that it sees [rows, places down, places across, channels]; `outside` beyond the image. */
export function pixelsOfTaps(tf: TensorFlow, input: Tensor4D, windows: WindowSpec, outside: number): Tensor4D[] {
	const { size, strides } = windows;
	const down = axisOf(input.shape[1], 0, windows);
	const across = axisOf(input.shape[2], 1, windows);
	// What `everyNth` reads beyond the last place.
	const [below, right] = [down.margins[1] + strides[0] - 1, across.margins[1] + strides[1] - 1];
	const margins: [number, number][] = [
		[0, 0],
		[down.margins[0], below],
		[across.margins[0], right],
		[0, 0],
	];
	const padded = tf.pad(input, margins, outside) as Tensor4D;
	return Array.from({ length: size[0] }, (_, y) => {
		const rows = everyNth(tf, padded, 1, { start: y, stride: strides[0], places: down.places });
		return Array.from({ length: size[1] }, (_, x) =>
			everyNth(tf, rows, 2, { start: x, stride: strides[1], places: across.places }),
		);
	}).flat();
}

/** `places` lines of an axis, every `stride`-th from `start`. In slices: `stridedSlice` of wasm takes four times as long. */
function everyNth(
	tf: TensorFlow,
	images: Tensor4D,
	axis: 1 | 2,
	{ start, stride, places }: { start: number; stride: number; places: number },
): Tensor4D {
	const begin: Tensor4D['shape'] = [0, 0, 0, 0];
	begin[axis] = start;
	const [rows, height, width, channels] = images.shape;
	const taken: Tensor4D['shape'] = [rows, height, width, channels];
	taken[axis] = places * stride;
	const near = tf.slice(images, begin, taken);
	if (stride === 1) return near;
	const [before, after] = axis === 1 ? [rows, width * channels] : [rows * height, channels];
	const first = tf.slice(tf.reshape(near, [before, places, stride, after]), [0, 0, 0, 0], [before, places, 1, after]);
	taken[axis] = places;
	return tf.reshape(first, taken);
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

/** The other way round: adds what each tap says of the pixels that it sees, on images of `shape`. */
export function sumOverTaps(
	tf: TensorFlow,
	taps: readonly Tensor4D[],
	shape: Tensor4D['shape'],
	windows: WindowSpec,
): Tensor4D {
	const { size, strides } = windows;
	const [rows, height, width, channels] = shape;
	const down = axisOf(height, 0, windows);
	const across = axisOf(width, 1, windows);
	const padded = { height: sum(down.margins) + height, width: sum(across.margins) + width };
	const parts = taps.map((tap, index): Tensor4D => {
		const spread = spreadOut(tf, spreadOut(tf, tap, 1, strides[0]), 2, strides[1]);
		const [y, x] = [Math.floor(index / size[1]), index % size[1]];
		const [below, right] = [padded.height - y - spread.shape[1], padded.width - x - spread.shape[2]];
		return tf.pad(spread, [
			[0, 0],
			[y, below],
			[x, right],
			[0, 0],
		]) as Tensor4D;
	});
	const total = parts.reduce((all, part): Tensor4D => tf.add(all, part));
	return tf.slice(total, [0, down.margins[0], across.margins[0], 0], [rows, height, width, channels]);
}

/** `stride` − 1 zeros between neighbours along an axis. */
function spreadOut(tf: TensorFlow, images: Tensor4D, axis: 1 | 2, stride: number): Tensor4D {
	if (stride === 1) return images;
	const [rows, height, width, channels] = images.shape;
	const whole: Tensor4D['shape'] = [rows, height, width, channels];
	whole[axis] *= stride;
	const lines = axis === 1 ? [rows * height, 1, width * channels] : [rows * height * width, 1, channels];
	const apart = tf.pad(tf.reshape(images, lines), [
		[0, 0],
		[0, stride - 1],
		[0, 0],
	]);
	const end: Tensor4D['shape'] = [rows, height, width, channels];
	end[axis] = (end[axis] - 1) * stride + 1;
	return tf.slice(tf.reshape(apart, whole) as Tensor4D, [0, 0, 0, 0], end);
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}

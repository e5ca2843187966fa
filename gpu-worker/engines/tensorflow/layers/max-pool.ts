import type { LayerSpec } from '@basin/core/domain/network-shape.ts';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend.ts';
import { pixelsOfTaps, sumOverTaps } from '../windows.ts';
import { type Layer, plainLayer } from './layer.ts';

/**
 * y = the largest of each window. Its gradient goes to the first pixel that has it, in rows of the window. (`MaxPoolGrad` of wasm
 * takes another one where several are equal, as those of a background are.)
 */
export function maxPool({ poolSize, strides, padding }: LayerSpec & { kind: 'maxPool' }): Layer {
	return plainLayer(
		(tf, input) => tf.maxPool(input as Tensor4D, [...poolSize], [...strides], padding),
		({ tf, input, output, gradient }) => {
			const images = input as Tensor4D;
			const windows = { size: poolSize, strides, padding };
			const seen = pixelsOfTaps(tf, images, windows, Number.NEGATIVE_INFINITY);
			return sumOverTaps(tf, shareOut(tf, seen, output as Tensor4D, gradient as Tensor4D), images.shape, windows);
		},
	);
}

/** What of each window's gradient goes to each tap. */
function shareOut(tf: TensorFlow, seen: readonly Tensor4D[], largest: Tensor4D, gradient: Tensor4D): Tensor4D[] {
	let left = gradient;
	const zeros = tf.zerosLike(gradient);
	return seen.map((pixels) => {
		const share = tf.where(tf.equal(pixels, largest), left, zeros);
		left = tf.sub(left, share);
		return share;
	});
}

import type { LayerSpec } from '@basin/core/domain/network-shape.ts';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend.ts';
import { pixelsOfTaps } from '../windows.ts';
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
			const seen = pixelsOfTaps(tf, images, { size: poolSize, strides, padding }, Number.NEGATIVE_INFINITY);
			const shares = tf.concat(shareOut(tf, seen, output, gradient), 3) as Tensor4D;
			// Back to its pixel: the transpose of a convolution that copies every tap of every channel apart.
			const channels = images.shape[3];
			const [down, across] = poolSize;
			const copies = tf.reshape(tf.eye(seen.length * channels), [down, across, channels, seen.length * channels]);
			return tf.conv2dTranspose(shares, copies as Tensor4D, images.shape, [...strides], padding);
		},
	);
}

/** What of each window's gradient goes to each tap. */
function shareOut(tf: TensorFlow, seen: readonly Tensor[], largest: Tensor, gradient: Tensor): Tensor[] {
	let left = gradient;
	const zeros = tf.zerosLike(gradient);
	return seen.map((pixels) => {
		const share = tf.where(tf.equal(pixels, largest), left, zeros);
		left = tf.sub(left, share);
		return share;
	});
}

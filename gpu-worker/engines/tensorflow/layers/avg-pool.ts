import type { LayerSpec } from '@basin/core/domain/network-shape.ts';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { pixelsInside, sumOverTaps } from '../windows.ts';
import { type Layer, plainLayer } from './layer.ts';

/**
 * y = the mean of each window's pixels inside of the image. ∂x = the sum of ∂y / pixels over the windows that saw it.
 * (`AvgPoolGrad` counts the pixels outside as well, except in libtensorflow.)
 */
export function avgPool({ poolSize, strides, padding }: LayerSpec & { kind: 'avgPool' }): Layer {
	return plainLayer(
		(tf, input) => tf.avgPool(input as Tensor4D, [...poolSize], [...strides], padding),
		({ tf, input, gradient }) => {
			const images = input as Tensor4D;
			const windows = { size: poolSize, strides, padding };
			const share = tf.div(gradient, pixelsInside(tf, images, windows)) as Tensor4D;
			const taps = new Array<Tensor4D>(poolSize[0] * poolSize[1]).fill(share);
			return sumOverTaps(tf, taps, images.shape, windows);
		},
	);
}

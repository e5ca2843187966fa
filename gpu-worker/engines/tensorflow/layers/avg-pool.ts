import type { LayerSpec } from '@basin/core/domain/network-shape.ts';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { pixelsInside } from '../windows.ts';
import { type Layer, plainLayer } from './layer.ts';

/**
 * y = the mean of each window's pixels inside of the image. ∂x = the sum of ∂y / pixels over the windows that saw it: the transpose
 * of a convolution whose taps are all 1. (`AvgPoolGrad` counts the pixels outside as well, except in libtensorflow.)
 */
export function avgPool({ poolSize, strides, padding }: LayerSpec & { kind: 'avgPool' }): Layer {
	return plainLayer(
		(tf, input) => tf.avgPool(input as Tensor4D, [...poolSize], [...strides], padding),
		({ tf, input, gradient }) => {
			const images = input as Tensor4D;
			const channels = images.shape[3];
			const share = tf.div(gradient, pixelsInside(tf, images, { size: poolSize, strides, padding })) as Tensor4D;
			const each = tf.reshape(tf.eye(channels), [1, 1, channels, channels]);
			const ones = tf.tile(each, [...poolSize, 1, 1]) as Tensor4D;
			return tf.conv2dTranspose(share, ones, images.shape, [...strides], padding);
		},
	);
}

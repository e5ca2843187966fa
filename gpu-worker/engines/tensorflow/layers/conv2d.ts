import type { LayerSpec } from '@basin/core/domain/network-shape.ts';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend.ts';
import { timesTransposed, transposedTimes } from '../products.ts';
import { pixelsOfTaps, sumOverTaps } from '../windows.ts';
import type { Layer } from './layer.ts';

type Convolution = LayerSpec & { kind: 'conv2d' };

/** y = x ∗ W + b by TensorFlow's own convolution, ∂x by its transpose, ∂W tap by tap: wasm has no kernel for it. */
export function conv2d(spec: Convolution): Layer {
	const { strides, padding, groups } = spec;
	return {
		parameterCount: 2,
		forward(tf, input, [weight, bias]) {
			const kernels = split(tf, weight!, groups);
			const convolved = split(tf, input, groups).map((part, group) =>
				tf.conv2d(part, kernels[group]!, [...strides], padding),
			);
			return tf.add(tf.concat(convolved, 3), bias!);
		},
		backward({ tf, input, parameters, gradient, needsInputGradient }) {
			const inputs = split(tf, input, groups);
			const kernels = split(tf, parameters[0]!, groups);
			const gradients = split(tf, gradient, groups);
			const weightGradients = gradients.map((part, group) => weightGradient(tf, inputs[group]!, part, spec));
			const inputGradients = () =>
				gradients.map((part, group) => inputGradientOf(tf, inputs[group]!, kernels[group]!, part, spec));
			return {
				inputGradient: needsInputGradient ? tf.concat(inputGradients(), 3) : null,
				gradients: [tf.concat(weightGradients, 3), tf.sum(gradient, [0, 1, 2])],
			};
		},
	};
}

/** Equal parts of the last axis. */
function split(tf: TensorFlow, tensor: Tensor, groups: number): Tensor4D[] {
	return groups === 1 ? [tensor as Tensor4D] : tf.split(tensor as Tensor4D, groups, 3);
}

/** ∂W [down, across, channels, filters]: for each tap, the pixels that it saw times ∂y. */
function weightGradient(tf: TensorFlow, input: Tensor4D, gradient: Tensor4D, spec: Convolution): Tensor4D {
	const { kernelSize, strides, padding } = spec;
	const [channels, filters] = [input.shape[3], gradient.shape[3]];
	const flat = tf.reshape(gradient, [-1, filters]) as Tensor2D;
	const taps = pixelsOfTaps(tf, input, { size: kernelSize, strides, padding }, 0);
	const products = taps.map((seen) => transposedTimes(tf, tf.reshape(seen, [-1, channels]) as Tensor2D, flat));
	return tf.reshape(tf.stack(products), [...kernelSize, channels, filters]);
}

/** ∂x: for each tap, ∂y times its part of W, where it saw. `conv2dTranspose` of wasm is a scalar loop. */
function inputGradientOf(
	tf: TensorFlow,
	input: Tensor4D,
	kernel: Tensor4D,
	gradient: Tensor4D,
	{ kernelSize, strides, padding }: Convolution,
): Tensor4D {
	if (tf.getBackend() !== 'wasm') return tf.conv2dTranspose(gradient, kernel, input.shape, [...strides], padding);
	const [, , channels, filters] = kernel.shape;
	const [rows, down, across] = gradient.shape;
	const flat = tf.reshape(gradient, [-1, filters]) as Tensor2D;
	const weights = tf.unstack(tf.reshape(kernel, [-1, channels, filters])) as Tensor2D[];
	const taps = weights.map(
		(weight): Tensor4D => tf.reshape(timesTransposed(tf, flat, weight), [rows, down, across, channels]),
	);
	return sumOverTaps(tf, taps, input.shape, { size: kernelSize, strides, padding });
}

import type { Tensor2D } from '@tensorflow/tfjs-core';
import { timesTransposed, transposedTimes } from '../products.ts';
import type { Layer } from './layer.ts';

/** y = x·W + b. ∂W = xᵀ·∂y, ∂b = Σ ∂y over the batch, ∂x = ∂y·Wᵀ. */
export const dense: Layer = {
	parameterCount: 2,
	forward: (tf, input, [weight, bias]) => tf.add(tf.matMul(input as Tensor2D, weight as Tensor2D), bias!),
	backward({ tf, input, parameters, gradient, needsInputGradient }) {
		const [x, weight, dy] = [input as Tensor2D, parameters[0] as Tensor2D, gradient as Tensor2D];
		return {
			inputGradient: needsInputGradient ? timesTransposed(tf, dy, weight) : null,
			gradients: [transposedTimes(tf, x, dy), tf.sum(dy, 0)],
		};
	},
};

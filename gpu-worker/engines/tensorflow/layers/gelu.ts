import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend.ts';
import { plainLayer } from './layer.ts';

/** y = x·Φ(x), Φ the standard normal distribution (Hendrycks 2016). ∂x = ∂y·(Φ(x) + x·φ(x)). */
export const gelu = plainLayer(
	(tf, input) => tf.mul(input, distribution(tf, input)),
	({ tf, input, gradient }) => {
		const density = tf.mul(tf.exp(tf.mul(tf.square(input), -0.5)), 1 / Math.sqrt(2 * Math.PI));
		return tf.mul(gradient, tf.add(distribution(tf, input), tf.mul(input, density)));
	},
);

/** Φ(x) = (1 + erf(x/√2))/2. */
function distribution(tf: TensorFlow, x: Tensor): Tensor {
	return tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
}

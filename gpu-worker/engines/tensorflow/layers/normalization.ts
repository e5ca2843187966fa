import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend.ts';

/** x made to mean 0 and variance 1 over some axes, and what the gradient needs of it. */
export interface Normalized {
	/** (x − mean) / √(variance + ε). */
	values: Tensor;
	deviation: Tensor;
	mean: Tensor;
	variance: Tensor;
}

export function normalize(tf: TensorFlow, x: Tensor, axes: number[], epsilon: number): Normalized {
	const mean = tf.mean(x, axes, true);
	const centred = tf.sub(x, mean);
	const variance = tf.mean(tf.square(centred), axes, true);
	const deviation = tf.sqrt(tf.add(variance, epsilon));
	return { values: tf.div(centred, deviation), deviation, mean, variance };
}

/** ∂L/∂x from g = ∂L/∂values: (g − mean(g) − values · mean(g · values)) / deviation. */
export function normalizedGradient(
	tf: TensorFlow,
	gradient: Tensor,
	{ values, deviation }: Pick<Normalized, 'values' | 'deviation'>,
	axes: number[],
): Tensor {
	const along = tf.mul(values, tf.mean(tf.mul(gradient, values), axes, true));
	return tf.div(tf.sub(tf.sub(gradient, tf.mean(gradient, axes, true)), along), deviation);
}

/** Every axis but the last: what is summed for each unit, or for each channel of an image. */
export function axesBeforeLast(x: Tensor): number[] {
	return Array.from({ length: x.rank - 1 }, (_, axis) => axis);
}

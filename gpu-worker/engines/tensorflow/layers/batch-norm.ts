import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend.ts';
import type { Layer } from './layer.ts';
import { axesBeforeLast, normalize, normalizedGradient } from './normalization.ts';

/**
 * y = γ·x̂ + β, x̂ of mean 0 and variance 1 over the batch for each unit or channel (Ioffe and Szegedy, 2015). In inference by running
 * means and variances: r ← momentum·r + (1 − momentum)·batch, as in Keras.
 */
export function batchNorm({ epsilon, momentum }: { epsilon: number; momentum: number }): Layer {
	const running = (tf: TensorFlow, before: Tensor, ofBatch: Tensor) =>
		tf.add(tf.mul(before, momentum), tf.mul(tf.reshape(ofBatch, [-1]), 1 - momentum));
	return {
		parameterCount: 4,
		forward(tf, input, [gamma, beta, mean, variance], mode) {
			const values =
				mode === 'training'
					? normalize(tf, input, axesBeforeLast(input), epsilon).values
					: tf.div(tf.sub(input, mean!), tf.sqrt(tf.add(variance!, epsilon)));
			return tf.add(tf.mul(values, gamma!), beta!);
		},
		backward({ tf, input, parameters, gradient, needsInputGradient }) {
			const [gamma, , mean, variance] = parameters as [Tensor, Tensor, Tensor, Tensor];
			const axes = axesBeforeLast(input);
			const normalized = normalize(tf, input, axes, epsilon);
			return {
				gradients: [
					tf.sum(tf.mul(gradient, normalized.values), axes),
					tf.sum(gradient, axes),
					running(tf, mean, normalized.mean),
					running(tf, variance, normalized.variance),
				],
				inputGradient: needsInputGradient ? normalizedGradient(tf, tf.mul(gradient, gamma), normalized, axes) : null,
			};
		},
	};
}

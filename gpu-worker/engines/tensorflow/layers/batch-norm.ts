import type { LayerSpec } from '@basin/core/domain/network-shape.ts';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend.ts';
import type { Layer } from './layer.ts';
import { axesBeforeLast, normalize, normalizedGradient } from './normalization.ts';

/**
 * y = γ·x̂ + β, x̂ of mean 0 and variance 1 over the batch for each unit or channel (Ioffe and Szegedy, 2015), or over each ghost
 * batch of it (Hoffer et al., 2017). In inference by running means and variances: r ← momentum·r + (1 − momentum)·batch, as in
 * Keras, with one step for each ghost batch.
 */
export function batchNorm({ epsilon, momentum, ghostBatchSize }: LayerSpec & { kind: 'batchNorm' }): Layer {
	const running = (tf: TensorFlow, before: Tensor, ofBatch: Tensor) =>
		tf.add(tf.mul(before, momentum), tf.mul(tf.reshape(ofBatch, [-1]), 1 - momentum));
	const normalizeGhosts = (tf: TensorFlow, input: Tensor) =>
		ghostBatches(tf, input, ghostBatchSize).map((ghost) => normalize(tf, ghost, axesBeforeLast(input), epsilon));
	const joined = (tf: TensorFlow, ghosts: Tensor[]) => (ghosts.length === 1 ? ghosts[0]! : tf.concat(ghosts, 0));
	return {
		parameterCount: 4,
		forward(tf, input, [gamma, beta, mean, variance], mode) {
			const values =
				mode === 'inference'
					? tf.div(tf.sub(input, mean!), tf.sqrt(tf.add(variance!, epsilon)))
					: joined(
							tf,
							normalizeGhosts(tf, input).map((ghost) => ghost.values),
						);
			return tf.add(tf.mul(values, gamma!), beta!);
		},
		backward({ tf, input, parameters, gradient, needsInputGradient }) {
			const [gamma, , mean, variance] = parameters as [Tensor, Tensor, Tensor, Tensor];
			const axes = axesBeforeLast(input);
			const ghosts = normalizeGhosts(tf, input);
			const values = joined(
				tf,
				ghosts.map((ghost) => ghost.values),
			);
			const inputGradients = () =>
				ghostBatches(tf, tf.mul(gradient, gamma), ghostBatchSize).map((own, index) =>
					normalizedGradient(tf, own, ghosts[index]!, axes),
				);
			return {
				gradients: [
					tf.sum(tf.mul(gradient, values), axes),
					tf.sum(gradient, axes),
					ghosts.reduce((now, ghost) => running(tf, now, ghost.mean), mean),
					ghosts.reduce((now, ghost) => running(tf, now, ghost.variance), variance),
				],
				inputGradient: needsInputGradient ? joined(tf, inputGradients()) : null,
			};
		},
	};
}

/** Rows in parts of `size`, the last one smaller; without a size, whole. */
function ghostBatches(tf: TensorFlow, x: Tensor, size: number = x.shape[0]!): Tensor[] {
	const rows = x.shape[0]!;
	if (size >= rows) return [x];
	const starts = Array.from({ length: Math.ceil(rows / size) }, (_, index) => index * size);
	return tf.split(
		x,
		starts.map((start) => Math.min(size, rows - start)),
	);
}

import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend.ts';

/** One parameter at one update. */
export interface Step {
	tf: TensorFlow;
	parameter: Tensor;
	/** Of the mean loss over the batch. */
	gradient: Tensor;
	slots: readonly Tensor[];
	eta: Scalar;
	/** Number of the update since the start of the training, from 1. */
	update: number;
	/** Weights are decayed and scaled by trust ratios; biases, scales and offsets are not. */
	isWeight: boolean;
}

/** An update rule, as its paper writes it. */
export interface Rule {
	/** Arrays that it remembers for each parameter, zero at the start. */
	readonly slots: readonly string[];
	/** The parameter and its slots afterwards. */
	apply(step: Step): { parameter: Tensor; slots: Tensor[] };
}

/** g + wθ for a weight, g for the rest. */
export function withDecay({ tf, gradient, parameter, isWeight }: Step, weightDecay: number): Tensor {
	return isWeight && weightDecay > 0 ? tf.add(gradient, tf.mul(parameter, weightDecay)) : gradient;
}

/** `quotient` where both norms are above 0, and 1 where one is 0, so that what stands at 0 can leave it. */
export function whereBothPositive(tf: TensorFlow, [a, b]: readonly [Tensor, Tensor], quotient: Tensor): Tensor {
	const bothPositive = tf.logicalAnd(tf.greater(a, 0), tf.greater(b, 0));
	return tf.where(bothPositive, quotient, tf.onesLike(quotient));
}

import type { Tensor } from '@tensorflow/tfjs-core';
import type { Step } from './rule.ts';

/** Hyper-parameters of the two moments. */
export interface MomentsSpec {
	beta1: number;
	beta2: number;
	epsilon: number;
}

/** Slots of the running means of g and of g². */
export const momentSlots = ['firstMoment', 'secondMoment'] as const;

/** m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², and m̂ / (√v̂ + ε) with both corrected for their start at 0 (Kingma and Ba, 2015). */
export function moments(
	{ tf, gradient, slots, update }: Step,
	{ beta1, beta2, epsilon }: MomentsSpec,
): { direction: Tensor; slots: Tensor[] } {
	const first = tf.add(tf.mul(slots[0]!, beta1), tf.mul(gradient, 1 - beta1));
	const second = tf.add(tf.mul(slots[1]!, beta2), tf.mul(tf.square(gradient), 1 - beta2));
	const corrected = tf.div(first, 1 - beta1 ** update);
	const spread = tf.sqrt(tf.div(second, 1 - beta2 ** update));
	return { direction: tf.div(corrected, tf.add(spread, epsilon)), slots: [first, second] };
}

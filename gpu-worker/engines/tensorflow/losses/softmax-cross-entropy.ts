import type { Loss } from './loss.ts';

/** −Σₖ tₖ log softmax(z)ₖ. ∂/∂z = softmax(z) − t. With label smoothing s, t is 1 − s + s/K at the class and s/K elsewhere. */
export function softmaxCrossEntropy(classes: number, labelSmoothing: number): Loss {
	const off = labelSmoothing / classes;
	return {
		target: { on: 1 - labelSmoothing + off, off },
		gradient: (tf, logits, targets) => tf.sub(tf.softmax(logits), targets),
		perExample(z, label) {
			const largest = z.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
			let exponentials = 0;
			let sum = 0;
			for (const value of z) {
				exponentials += Math.exp(value - largest);
				sum += value;
			}
			return largest + Math.log(exponentials) - (1 - labelSmoothing) * z[label]! - off * sum;
		},
	};
}

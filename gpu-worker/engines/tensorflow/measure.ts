import type { Sums } from '../port.ts';

/**
 * Adds −log softmax(z)ₖ and whether the largest logit is the true class, in 64 bits and outside of TensorFlow.js: a
 * 32-bit sum over a batch of 60,000 would be off in the fifth digit.
 */
export function addMeasures(sums: Sums, logits: Float32Array, labels: Int32Array, classes: number): void {
	for (let row = 0; row < labels.length; row++) {
		const z = logits.subarray(row * classes, (row + 1) * classes);
		let best = 0;
		for (let i = 1; i < classes; i++) if (z[i]! > z[best]!) best = i;
		let total = 0;
		for (let i = 0; i < classes; i++) total += Math.exp(z[i]! - z[best]!);
		const label = labels[row]!;
		sums.loss += Math.log(total) + z[best]! - z[label]!;
		if (best === label) sums.correct++;
		sums.examples++;
	}
}

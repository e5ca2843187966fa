import { dot, type Vector } from './vector.ts';

/** What two batches of one moment of training say; the estimates are unbiased, and so noisy that |G|² can be negative. */
export type NoiseSample = { gradientSquared: number; noise: number };

/**
 * Unbiased estimates of |G|², the squared true gradient, and tr Σ, the scatter of one example's gradient around it, from the squared
 * gradients of a small and a large batch (McCandlish et al., arXiv 1812.06162, appendix A.1).
 * @throws Error when the large batch is not larger
 */
export function noiseSample(small: { batchSize: number; gradient: Vector }, large: typeof small): NoiseSample {
	const [b, B] = [small.batchSize, large.batchSize];
	if (!(B > b)) throw new Error(`The large batch (${B}) must be larger than the small one (${b}).`);
	const smallSquared = dot(small.gradient, small.gradient);
	const largeSquared = dot(large.gradient, large.gradient);
	return {
		gradientSquared: (B * largeSquared - b * smallSquared) / (B - b),
		noise: (smallSquared - largeSquared) / (1 / b - 1 / B),
	};
}

/**
 * B_simple = tr Σ / |G|², about the batch size from which on larger ones save few updates. Numerator and denominator are averaged apart, since the
 * mean of quotients is biased. Null where the mean of |G|² is not positive: then the samples do not tell.
 */
export function noiseScale(samples: readonly NoiseSample[]): number | null {
	const sum = (part: keyof NoiseSample) => samples.reduce((total, sample) => total + sample[part], 0);
	const gradientSquared = sum('gradientSquared');
	return gradientSquared > 0 ? Math.max(0, sum('noise')) / gradientSquared : null;
}

/** g = η/(1 − λ) · (N/B − 1): the scale of the noise of descent with momentum (Smith and Le, arXiv 1710.06451). */
export function descentNoise(input: { eta: number; lambda: number; batchSize: number; examples: number }): number {
	const { eta, lambda, batchSize, examples } = input;
	return (eta / (1 - lambda)) * (examples / batchSize - 1);
}

import { mean, tQuantile975 } from '@basin/core/domain/statistics.ts';
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

/** An estimate of log B_simple with its standard error and that error's degrees of freedom. */
export type LogNoiseScale = { log: number; standardError: number; degreesOfFreedom: number };

/**
 * log B_simple by the delete-one jackknife (Efron and Stein, Annals of Statistics 9, 1981): the scatter of the estimates that each leave one sample
 * out, times (n − 1)/n. Of the logarithm, since the error of a quotient is one of its size. Null where an estimate is not positive.
 */
export function logNoiseScale(samples: readonly NoiseSample[]): LogNoiseScale | null {
	const logOf = (some: readonly NoiseSample[]) => Math.log(noiseScale(some) ?? 0);
	const [log, n] = [logOf(samples), samples.length];
	const without = samples.map((_, left) => logOf(samples.filter((_sample, place) => place !== left)));
	if (n < 2 || ![log, ...without].every(Number.isFinite)) return null;
	const centre = mean(without);
	const squares = without.reduce((sum, value) => sum + (value - centre) ** 2, 0);
	return { log, standardError: Math.sqrt(((n - 1) / n) * squares), degreesOfFreedom: n - 1 };
}

/** Its 95 % interval by Student's t, back on the scale of B. */
export function noiseScaleInterval({ log, standardError, degreesOfFreedom }: LogNoiseScale): [number, number] {
	const half = tQuantile975(degreesOfFreedom) * standardError;
	return [Math.exp(log - half), Math.exp(log + half)];
}

/**
 * How many times as large one noise scale is as another, with the 95 % interval by Welch's t (Biometrika 34, 1947) on the logarithms; degrees of
 * freedom are rounded down.
 */
export function noiseScaleRatio(
	one: LogNoiseScale,
	other: LogNoiseScale,
): { ratio: number; low: number; high: number } {
	const parts = [one, other].map(({ standardError }) => standardError ** 2) as [number, number];
	const squared = parts[0] + parts[1];
	const degrees = squared ** 2 / (parts[0] ** 2 / one.degreesOfFreedom + parts[1] ** 2 / other.degreesOfFreedom);
	const half = squared === 0 ? 0 : tQuantile975(Math.max(1, Math.floor(degrees))) * Math.sqrt(squared);
	const log = one.log - other.log;
	return { ratio: Math.exp(log), low: Math.exp(log - half), high: Math.exp(log + half) };
}

/** g = η/(1 − λ) · (N/B − 1): the scale of the noise of descent with momentum (Smith and Le, arXiv 1710.06451). */
export function descentNoise(input: { eta: number; lambda: number; batchSize: number; examples: number }): number {
	const { eta, lambda, batchSize, examples } = input;
	return (eta / (1 - lambda)) * (examples / batchSize - 1);
}

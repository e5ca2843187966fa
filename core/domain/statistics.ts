/** Arithmetic mean. @throws Error when there is no value */
export function mean(values: readonly number[]): number {
	if (values.length === 0) throw new Error('The mean of nothing is not a number.');
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation (divisor n − 1); null for fewer than two values. */
export function sampleStd(values: readonly number[]): number | null {
	if (values.length < 2) return null;
	const centre = mean(values);
	return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** Quantile by linear interpolation between order statistics (Hyndman–Fan type 7, as Postgres' percentile_cont). */
export function quantile(values: readonly number[], p: number): number {
	if (values.length === 0) throw new Error('The quantile of nothing is not a number.');
	const sorted = values.toSorted((one, other) => one - other);
	const place = p * (sorted.length - 1);
	const below = sorted[Math.floor(place)]!;
	const above = sorted[Math.ceil(place)]!;
	return Math.min(above, below + (above - below) * (place - Math.floor(place)));
}

export function median(values: readonly number[]): number {
	return quantile(values, 0.5);
}

/** First and third quartile. */
export function interquartileRange(values: readonly number[]): [number, number] {
	return [quantile(values, 0.25), quantile(values, 0.75)];
}

/**
 * 95 % confidence interval of a mean by Student's t, from the sample's size, mean and standard deviation.
 * Null for fewer than two values: one value says nothing about its spread.
 */
export function confidence95(n: number, sampleMean: number, std: number | null): [number, number] | null {
	if (n < 2 || std === null) return null;
	const halfWidth = (tQuantile975(n - 1) * std) / Math.sqrt(n);
	return [sampleMean - halfWidth, sampleMean + halfWidth];
}

const quantiles = new Map<string, number>();
/** By degrees of freedom: a board asks ten thousand times, and making the map's key was most of an interval. */
const quantiles975: number[] = [];

/** t with P(T ≤ t) = 0.975 for a whole number of degrees of freedom: 12.706 for 1, 4.303 for 2, 1.960 in the limit. */
export function tQuantile975(degreesOfFreedom: number): number {
	if (degreesOfFreedom > 1000) return tCritical(0.025, degreesOfFreedom);
	quantiles975[degreesOfFreedom] ??= tCritical(0.025, degreesOfFreedom);
	return quantiles975[degreesOfFreedom];
}

/** t with P(T > t) = `tail`, for 0 < tail < 0.5 and whole degrees of freedom, found by bisection. */
export function tCritical(tail: number, degreesOfFreedom: number): number {
	const key = `${tail} ${degreesOfFreedom}`;
	const known = quantiles.get(key);
	if (known !== undefined) return known;
	let high = 1;
	while (tUpperTail(high, degreesOfFreedom) > tail) high *= 2;
	let low = 0;
	for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
		if (tUpperTail(middle, degreesOfFreedom) > tail) low = middle;
		else high = middle;
	}
	// A server that is asked for ever other tails must not keep them all.
	if (quantiles.size > 10_000) quantiles.clear();
	quantiles.set(key, high);
	return high;
}

/** P(T > t) for whole degrees of freedom; the p-value of a one-sided t-test. */
export function tUpperTail(t: number, degreesOfFreedom: number): number {
	const central = centralProbability(Math.abs(t), degreesOfFreedom);
	return t < 0 ? (1 + central) / 2 : (1 - central) / 2;
}

/**
 * P(−t ≤ T ≤ t) for whole degrees of freedom ν: a finite sum in θ = atan(t/√ν), Abramowitz & Stegun 26.7.3 and 26.7.4.
 * Exact, so no gamma function and no table.
 */
export function centralProbability(t: number, degreesOfFreedom: number): number {
	const theta = Math.atan(t / Math.sqrt(degreesOfFreedom));
	const cos2 = Math.cos(theta) ** 2;
	const isOdd = degreesOfFreedom % 2 === 1;
	let term = isOdd ? Math.cos(theta) : 1;
	let sum = degreesOfFreedom === 1 ? 0 : term;
	for (let k = isOdd ? 3 : 2; k <= degreesOfFreedom - 2; k += 2) {
		term *= ((k - 1) / k) * cos2;
		sum += term;
	}
	return isOdd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}

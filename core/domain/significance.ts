import { mean, sampleStd, tCritical, tUpperTail } from './statistics.ts';

/** One metric of one configuration, by seed. */
export type BySeed = ReadonlyMap<number, number>;

/** How much worse a metric may get. A drop is bad for an accuracy, a rise for a time. */
export interface Margin {
	bad: 'drop' | 'rise';
	/** An amount in the metric's unit. */
	absolute: number;
	/** A part of the baseline's mean, added to the amount. */
	relative: number;
}

/** A one-sided test of H₀: "the change is within the margin". `pValue` is small when it is not. */
export interface ChangeTest {
	kind: 'paired' | 'unpaired';
	/** Values used on each side. */
	seeds: { sweep: number; baseline: number };
	baselineMean: number;
	sweepMean: number;
	/** Standard error of the excess over the margin. */
	standardError: number;
	degreesOfFreedom: number;
	pValue: number;
}

/**
 * Whether a metric got worse by more than its margin, from what the seeds scatter; null when they cannot tell: one seed on
 * both sides has no spread.
 *
 * What is tested is the excess `bad × (sweep − k·baseline) − absolute`, with k = 1 ∓ relative, against 0: linear in the means, so
 * that a relative margin needs no ratio of means (Sasabuchi 1988). When each seed of the smaller side is on the other one too, the
 * excess is taken per seed and Student's one-sample t-test applies (the same seed means the same start and order of data). Else
 * Welch's test (Biometrika 34, 1947) with its degrees of freedom rounded down; one seed against several takes their variance.
 *
 * @param resolution smallest step of the metric, 1/n for an accuracy over n examples, 0 for a time. The spread is taken to be
 *   rounding's at least (step/√12 a value): two seeds that both lose one example of 200 would else have no spread at all.
 */
export function testChange(baseline: BySeed, sweep: BySeed, margin: Margin, resolution: number): ChangeTest | null {
	const shared = [...sweep.keys()].filter((seed) => baseline.has(seed));
	const smaller = Math.min(baseline.size, sweep.size);
	if (smaller === 0 || (baseline.size < 2 && sweep.size < 2)) return null;
	return shared.length === smaller && smaller >= 2
		? testPaired(baseline, sweep, shared, margin, resolution)
		: testUnpaired([...baseline.values()], [...sweep.values()], margin, resolution);
}

/** The mean excess over the margin: positive when the change is larger than allowed. */
export function excessOf(margin: Margin, baselineMean: number, sweepMean: number): number {
	const { sign, factor } = contrast(margin);
	return sign * (sweepMean - factor * baselineMean) - margin.absolute;
}

/** The change (sweep − baseline) that is just allowed. */
export function allowedChange(margin: Margin, baselineMean: number): number {
	const amount = margin.absolute + margin.relative * baselineMean;
	return margin.bad === 'drop' ? -amount : amount;
}

/** The change from which the test would be rejected at `alpha` with the same spread. */
export function seenFrom(margin: Margin, test: ChangeTest, alpha: number): number {
	const beyond = tCritical(alpha, test.degreesOfFreedom) * test.standardError;
	return allowedChange(margin, test.baselineMean) + (margin.bad === 'drop' ? -beyond : beyond);
}

function contrast({ bad, relative }: Margin): { sign: 1 | -1; factor: number } {
	return bad === 'drop' ? { sign: -1, factor: 1 - relative } : { sign: 1, factor: 1 + relative };
}

function testPaired(baseline: BySeed, sweep: BySeed, shared: number[], margin: Margin, resolution: number): ChangeTest {
	const before = shared.map((seed) => baseline.get(seed)!);
	const after = shared.map((seed) => sweep.get(seed)!);
	const excess = after.map((value, i) => excessOf(margin, before[i]!, value));
	const { factor } = contrast(margin);
	const spread = Math.max(sampleStd(excess)!, resolution * Math.sqrt((1 + factor ** 2) / 12));
	const n = shared.length;
	return {
		kind: 'paired',
		seeds: { sweep: n, baseline: n },
		...decide(mean(before), mean(after), mean(excess), spread / Math.sqrt(n), n - 1),
	};
}

function testUnpaired(before: number[], after: number[], margin: Margin, resolution: number): ChangeTest {
	const { factor } = contrast(margin);
	const variances = [before, after].map((values) => varianceOf(values, resolution));
	const varianceBefore = (variances[0] ?? variances[1]!) * factor ** 2;
	const varianceAfter = variances[1] ?? variances[0]!;
	const parts = [varianceBefore / before.length, varianceAfter / after.length] as const;
	const squared = parts[0] + parts[1];
	const means = [mean(before), mean(after)] as const;
	return {
		kind: 'unpaired',
		seeds: { sweep: after.length, baseline: before.length },
		...decide(
			...means,
			excessOf(margin, ...means),
			Math.sqrt(squared),
			welchDegrees(parts, [before.length, after.length], squared),
		),
	};
}

/** Null for a single value: the other side's is taken then. */
function varianceOf(values: number[], resolution: number): number | null {
	const std = sampleStd(values);
	return std === null ? null : Math.max(std ** 2, resolution ** 2 / 12);
}

/** Welch–Satterthwaite, rounded down to a whole number; with one value on a side, all freedom is the other's. */
function welchDegrees(parts: readonly [number, number], sizes: readonly [number, number], squared: number): number {
	const [one, other] = sizes;
	if (one === 1 || other === 1) return Math.max(one, other) - 1;
	if (squared === 0) return one + other - 2;
	const degrees = squared ** 2 / (parts[0] ** 2 / (one - 1) + parts[1] ** 2 / (other - 1));
	return Math.max(Math.min(one, other) - 1, Math.floor(degrees));
}

function decide(
	baselineMean: number,
	sweepMean: number,
	meanExcess: number,
	standardError: number,
	degreesOfFreedom: number,
): Omit<ChangeTest, 'kind' | 'seeds'> {
	// Equal in every seed: no spread, and no doubt either.
	const certain = meanExcess > 0 ? 0 : 1;
	const pValue = standardError === 0 ? certain : tUpperTail(meanExcess / standardError, degreesOfFreedom);
	return { baselineMean, sweepMean, standardError, degreesOfFreedom, pValue };
}

/**
 * p-values adjusted so that the chance of any false rejection among them stays below α, whatever depends on what: the i-th
 * smallest times (m − i + 1), made monotone (Holm, Scandinavian Journal of Statistics 6, 1979).
 */
export function holm(pValues: readonly number[]): number[] {
	const order = pValues.map((p, index) => ({ p, index })).sort((one, other) => one.p - other.p);
	const adjusted = new Array<number>(pValues.length);
	let largest = 0;
	for (const [rank, { p, index }] of order.entries()) {
		largest = Math.max(largest, Math.min(1, p * (order.length - rank)));
		adjusted[index] = largest;
	}
	return adjusted;
}

import { Random } from '@basin/gpu-worker/engines/random.ts';
import type { Objective } from '../numeric/objective.ts';
import type { Vector } from '../numeric/vector.ts';

type Plane = Vector | readonly number[];

/**
 * The lecture's hill: a bowl around x = 2 with a dip and a bump before it, and a valley across. A ball from the left finds the local
 * minimum at x = −0.632 first (height 0.392); the global one, at x = 2 (height 0), is beyond the bump at x = 0 (height 0.66).
 */
export const hill: Objective = {
	dimensions: 2,
	valueAt: async (point) => hillHeight(point),
	gradientAt: async ([x, y]: Plane) => {
		const [dip, bump] = [Math.exp(-4 * (x! + 0.8) ** 2), Math.exp(-6 * (x! - 0.1) ** 2)];
		const slope = 0.2 * (x! - 2) + 0.35 * 8 * (x! + 0.8) * dip - 0.3 * 12 * (x! - 0.1) * bump;
		return Float64Array.of(slope, y!);
	},
};

export function hillHeight([x, y]: Plane): number {
	const dip = 0.35 * Math.exp(-4 * (x! + 0.8) ** 2);
	const bump = 0.3 * Math.exp(-6 * (x! - 0.1) ** 2);
	return 0.1 * (x! - 2) ** 2 - dip + bump + 0.5 * y! ** 2;
}

export type Line = { xs: Float64Array; ys: Float64Array };

/** The lecture's twenty examples: y = 1.5x + 0.5 with noise of deviation 0.4. */
export function twentyExamples(seed: number): Line {
	const random = Random.of(seed, 20);
	const xs = Float64Array.from({ length: 20 }, (_, i) => -1 + (2 * i) / 19);
	return { xs, ys: xs.map((x) => 1.5 * x + 0.5 + 0.4 * random.normal()) };
}

/** Mean squared error of y = w·x + b over some of the examples, at θ = (w, b). */
export function lineError({ xs, ys }: Line, examples: readonly number[], [w, b]: Plane): number {
	return examples.reduce((sum, i) => sum + (w! * xs[i]! + b! - ys[i]!) ** 2, 0) / examples.length;
}

export function lineErrorGradient({ xs, ys }: Line, examples: readonly number[], [w, b]: Plane): Vector {
	const gradient = new Float64Array(2);
	for (const i of examples) {
		const miss = (2 * (w! * xs[i]! + b! - ys[i]!)) / examples.length;
		gradient[0]! += miss * xs[i]!;
		gradient[1]! += miss;
	}
	return gradient;
}

/** The least squares fit, (w, b). */
export function bestLine({ xs, ys }: Line): Vector {
	const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
	const [x, y] = [mean(xs), mean(ys)];
	const covariance = xs.reduce((sum, value, i) => sum + (value - x) * (ys[i]! - y), 0);
	const w = covariance / xs.reduce((sum, value) => sum + (value - x) ** 2, 0);
	return Float64Array.of(w, y - w * x);
}

/** The network y = w₁w₂x with the one example (1, 1): f = (1 − w₁w₂)², whose origin is a saddle with the eigenvalues 2 and −2. */
export const productNetwork: Objective = {
	dimensions: 2,
	valueAt: async ([a, b]: Plane) => (1 - a! * b!) ** 2,
	gradientAt: async ([a, b]: Plane) => Float64Array.of(-2 * b! * (1 - a! * b!), -2 * a! * (1 - a! * b!)),
};

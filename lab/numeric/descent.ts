import type { Objective } from './objective.ts';
import { plus, scaled, type Vector } from './vector.ts';

/** The lecture's rule from `start`: m ← λm − ηg, θ ← θ + m. Answers every θ, the start first. */
export async function descend(input: {
	/** The gradient of each update: of one function, or of the batch that is its turn. */
	gradientOf: (update: number, point: Vector) => Promise<Vector>;
	start: Vector;
	eta: number;
	lambda: number;
	updates: number;
}): Promise<Vector[]> {
	const { gradientOf, start, eta, lambda, updates } = input;
	const path = [start];
	let movement: Vector = new Float64Array(start.length);
	for (let update = 0; update < updates; update++) {
		const point = path.at(-1)!;
		movement = plus(scaled(movement, lambda), -eta, await gradientOf(update, point));
		path.push(plus(point, 1, movement));
	}
	return path;
}

/** Momentum unrolled: update T moves θ by −Σₖ λᵏη g(T − k), k = 0 … T − 1. Answers the weights λᵏη, the newest gradient's first. */
export function unrolledWeights({ eta, lambda, updates }: { eta: number; lambda: number; updates: number }): number[] {
	return Array.from({ length: updates }, (_, k) => eta * lambda ** k);
}

/** Values on the line between two points: f(a + α(b − a)) for every α. */
export async function interpolate(input: {
	objective: Pick<Objective, 'valueAt'>;
	from: Vector;
	to: Vector;
	alphas: readonly number[];
}): Promise<number[]> {
	const { objective, from, to, alphas } = input;
	const line = plus(to, -1, from);
	const values: number[] = [];
	for (const alpha of alphas) values.push(await objective.valueAt(plus(from, alpha, line)));
	return values;
}

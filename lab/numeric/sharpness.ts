import { randomVector } from './lanczos.ts';
import type { Objective } from './objective.ts';
import { addTo, dot, plus, type Vector } from './vector.ts';

export type Sharpness = { /** φ, in per cent. */ phi: number; valueAtCentre: number; valueAtMaximum: number };

/**
 * Metric 2.1 of Keskar et al. (arXiv 1609.04836) in the full space: φ = 100 · (max f(x + z) − f(x)) / (1 + f(x)) with |zᵢ| ≤ ε(|xᵢ| + 1).
 * The maximum is looked for by projected ascent, so φ is a lower bound of the exact one.
 */
export async function fullSpaceSharpness(input: {
	objective: Objective;
	point: Vector;
	epsilon: number;
	iterations?: number;
	seed: number;
}): Promise<Sharpness> {
	const { objective, point, epsilon, iterations = 10, seed } = input;
	const box = point.map((value) => epsilon * (Math.abs(value) + 1));
	const shifted: Objective = {
		dimensions: point.length,
		valueAt: (offset) => objective.valueAt(plus(point, 1, offset)),
		gradientAt: (offset) => objective.gradientAt(plus(point, 1, offset)),
	};
	return sharpnessOf(await objective.valueAt(point), await maximise({ objective: shifted, box, iterations, seed }));
}

/**
 * The same in a random subspace: x + Ay with the entries of the n × p matrix A drawn from the normal distribution, and |yᵢ| ≤ ε(|(A⁺x)ᵢ| + 1).
 * Random columns of many dimensions are orthogonal but for 1/√n, and of length √n, so that A⁺ is taken as Aᵀ/n.
 */
export async function subspaceSharpness(input: {
	objective: Objective;
	point: Vector;
	epsilon: number;
	subspace?: number;
	iterations?: number;
	seed: number;
}): Promise<Sharpness> {
	const { objective, point, epsilon, subspace = 100, iterations = 10, seed } = input;
	const columns = Array.from({ length: subspace }, (_, no) => randomColumn(point.length, seed + no));
	const inSpace = (y: Vector) => {
		const moved = Float64Array.from(point);
		for (const [no, column] of columns.entries()) addTo(moved, y[no]!, column);
		return moved;
	};
	const onto = (vector: Vector) => Float64Array.from(columns, (column) => dot(column, vector));
	const box = onto(point).map((value) => epsilon * (Math.abs(value / point.length) + 1));
	const restricted: Objective = {
		dimensions: subspace,
		valueAt: (y) => objective.valueAt(inSpace(y)),
		gradientAt: async (y) => onto(await objective.gradientAt(inSpace(y))),
	};
	return sharpnessOf(await objective.valueAt(point), await maximise({ objective: restricted, box, iterations, seed }));
}

function sharpnessOf(valueAtCentre: number, valueAtMaximum: number): Sharpness {
	const highest = Math.max(valueAtCentre, valueAtMaximum);
	return { phi: (100 * (highest - valueAtCentre)) / (1 + valueAtCentre), valueAtCentre, valueAtMaximum: highest };
}

/** Half the memory of a vector of doubles: a hundred columns of a million numbers are 400 MB. */
function randomColumn(length: number, seed: number): Float32Array {
	return Float32Array.from(randomVector(length, seed));
}

/**
 * The largest value found in a box around zero by projected ascent: a step to the corner that the gradient points to, halved until
 * the value grows. Begins at a random place inside, since at a minimum the gradient is zero.
 */
async function maximise(input: {
	objective: Objective;
	box: Vector;
	iterations: number;
	seed: number;
}): Promise<number> {
	const { objective, box, iterations, seed } = input;
	const start = randomVector(box.length, seed).map((value, i) => (Math.sign(value) || 1) * box[i]! * 0.1);
	let place = Float64Array.from(start);
	let value = await objective.valueAt(place);
	for (let iteration = 0; iteration < iterations; iteration++) {
		const gradient = await objective.gradientAt(place);
		const corner = box.map((bound, i) => (gradient[i] === 0 ? place[i]! : Math.sign(gradient[i]!) * bound));
		if (corner.every((bound, i) => bound === place[i])) break;
		let grew = false;
		for (let share = 1; share > 1e-3 && !grew; share /= 2) {
			const candidate = place.map((at, i) => at + share * (corner[i]! - at));
			const reached = await objective.valueAt(candidate);
			if (reached > value) {
				[place, value, grew] = [candidate, reached, true];
			}
		}
		if (!grew) break;
	}
	return value;
}

/** θ, a gradient or a direction: all parameters of a network one after another. */
export type Vector = Float64Array;

export function dot(one: ArrayLike<number>, other: ArrayLike<number>): number {
	let sum = 0;
	for (let i = 0; i < one.length; i++) sum += one[i]! * other[i]!;
	return sum;
}

export function norm(vector: ArrayLike<number>): number {
	return Math.sqrt(dot(vector, vector));
}

/** one + factor · other, as a new vector. */
export function plus(one: Vector, factor: number, other: Vector): Vector {
	return one.map((value, i) => value + factor * other[i]!);
}

export function scaled(vector: Vector, factor: number): Vector {
	return vector.map((value) => value * factor);
}

/** Adds factor · other to `target`. */
export function addTo(target: Vector, factor: number, other: ArrayLike<number>): void {
	for (let i = 0; i < target.length; i++) target[i]! += factor * other[i]!;
}

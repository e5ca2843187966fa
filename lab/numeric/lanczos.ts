import { Random } from '@basin/gpu-worker/engines/random.ts';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { addTo, dot, norm, scaled, type Vector } from './vector.ts';

export type EigenPair = {
	value: number;
	vector: Vector /** ‖Av − λv‖: how far it is from being one. */;
	residual: number;
};
export type Spectrum = { largest: EigenPair; smallest: EigenPair; steps: number };

/** A start that happens to lie near one eigenvector sees no other for some steps. */
const fewestSteps = 8;

/**
 * The two ends of the spectrum of a symmetric operator, by Lanczos with full reorthogonalisation (Golub and Van Loan, Matrix
 * Computations, 10.1). Extreme eigenvalues converge first: some tens of steps do for Hessians of networks (Ghorbani et al., arXiv 1901.10159).
 * Ends early when the Krylov space is exhausted, where the values are exact, or when both residuals are below `tolerance` · |λ|.
 * @param multiply v ↦ Av
 */
export async function extremeEigenvalues(input: {
	dimensions: number;
	multiply: (vector: Vector) => Promise<Vector>;
	seed: number;
	maxSteps?: number;
	tolerance?: number;
}): Promise<Spectrum> {
	const { dimensions, multiply, seed, maxSteps = 60, tolerance = 1e-3 } = input;
	const limit = Math.min(maxSteps, dimensions);
	const basis: Vector[] = [unit(randomVector(dimensions, seed))];
	const diagonal: number[] = [];
	const offDiagonal: number[] = [];
	for (;;) {
		const newest = basis.at(-1)!;
		const image = await multiply(newest);
		diagonal.push(dot(image, newest));
		// Twice is enough (Parlett): once loses orthogonality as soon as an eigenvalue has converged.
		for (let pass = 0; pass < 2; pass++) for (const vector of basis) addTo(image, -dot(image, vector), vector);
		const rest = norm(image);
		const spectrum = endsOf(basis, diagonal, offDiagonal, rest);
		const scale = Math.max(Math.abs(spectrum.largest.value), Math.abs(spectrum.smallest.value));
		const isExhausted = rest <= 1e-10 * scale || basis.length === limit;
		const residual = Math.max(spectrum.largest.residual, spectrum.smallest.residual);
		if (isExhausted || (basis.length >= fewestSteps && residual <= tolerance * scale)) return spectrum;
		offDiagonal.push(rest);
		basis.push(scaled(image, 1 / rest));
	}
}

/** Ritz values of the tridiagonal matrix, and their vectors; the residual is |β · last component|. */
function endsOf(basis: Vector[], diagonal: number[], offDiagonal: number[], rest: number): Spectrum {
	const steps = diagonal.length;
	const tridiagonal = Matrix.zeros(steps, steps);
	for (let i = 0; i < steps; i++) tridiagonal.set(i, i, diagonal[i]!);
	for (const [i, value] of offDiagonal.entries()) {
		tridiagonal.set(i, i + 1, value);
		tridiagonal.set(i + 1, i, value);
	}
	const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(tridiagonal, { assumeSymmetric: true });
	const pairAt = (place: number): EigenPair => {
		const vector = new Float64Array(basis[0]!.length);
		for (const [row, one] of basis.entries()) addTo(vector, eigenvectorMatrix.get(row, place), one);
		const residual = Math.abs(rest * eigenvectorMatrix.get(steps - 1, place));
		return { value: realEigenvalues[place]!, vector: unit(vector), residual };
	};
	const largest = realEigenvalues.indexOf(Math.max(...realEigenvalues));
	const smallest = realEigenvalues.indexOf(Math.min(...realEigenvalues));
	return { largest: pairAt(largest), smallest: pairAt(smallest), steps };
}

/** Independent normal numbers. */
export function randomVector(dimensions: number, seed: number): Vector {
	const random = Random.of(seed, dimensions);
	return Float64Array.from({ length: dimensions }, () => random.normal());
}

function unit(vector: Vector): Vector {
	return scaled(vector, 1 / norm(vector));
}

import { hessianVector } from '../numeric/hessian-vector.ts';
import { extremeEigenvalues } from '../numeric/lanczos.ts';
import type { Objective } from '../numeric/objective.ts';
import { dot, norm, type Vector } from '../numeric/vector.ts';

/** h of the Hessian-vector products: float32 gradients of a network whose weights are of the order of 0.1. */
const stepLength = 1e-2;

/** What was measured at a point of a network. */
export type Measured = {
	loss: number;
	gradientNorm: number;
	largest: number;
	smallest: number;
	/** ‖Hv − λv‖ of each: some eigenvalue is as near as this, though not surely the last one. */
	largestResidual: number;
	smallestResidual: number;
	/** Of the curvature along the vector of `smallest`: what halving the step of the finite differences changes. */
	differenceError: number;
	/** As many steps of Lanczos as there are dimensions: only then are its ends those of the spectrum. */
	isExhausted: boolean;
};

/** What a place is, said with care: a curvature within the error of what was measured says nothing. */
export type Label = 'slope' | 'saddle' | 'undetermined' | 'minimum';

/** Below it a curvature may be an error of the finite differences, in float32. */
export const doubtOf = ({ differenceError, largest }: Pick<Measured, 'differenceError' | 'largest'>) =>
	Math.max(differenceError, 1e-3 * Math.abs(largest));

/**
 * A place is critical where ‖g‖ is small against the curvature. λ_min by Lanczos is the curvature along a known vector, so an upper bound of
 * the smallest eigenvalue: beyond doubt negative it proves a saddle whatever its residual, but a positive one proves a minimum only when
 * Lanczos was exhausted and the residual is smaller.
 */
export function labelOf(place: Omit<Measured, 'loss' | 'largestResidual'>): Label {
	const { gradientNorm, largest, smallest, smallestResidual, isExhausted } = place;
	const doubt = doubtOf(place);
	if (gradientNorm > 1e-2 * Math.max(Math.abs(largest), Math.abs(smallest))) return 'slope';
	if (smallest < -doubt) return 'saddle';
	return isExhausted && smallest > Math.max(doubt, smallestResidual) ? 'minimum' : 'undetermined';
}

/** @returns also the vector along which the curvature is `smallest` */
export async function measureAt(objective: Objective, point: Vector): Promise<Measured & { downward: Vector }> {
	const multiply = (vector: Vector) => hessianVector(objective, point, vector, stepLength);
	const { dimensions } = objective;
	const { largest, smallest, steps } = await extremeEigenvalues({ dimensions, multiply, seed: 1 });
	const halved = await hessianVector(objective, point, smallest.vector, stepLength / 2);
	return {
		loss: await objective.valueAt(point),
		gradientNorm: norm(await objective.gradientAt(point)),
		...{ largest: largest.value, smallest: smallest.value, isExhausted: steps === dimensions },
		...{ largestResidual: largest.residual, smallestResidual: smallest.residual },
		differenceError: Math.abs(dot(smallest.vector, halved) - smallest.value),
		downward: smallest.vector,
	};
}

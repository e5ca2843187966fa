import type { Vector } from './vector.ts';

/** A smooth function of many parameters, such as the mean loss of a network over fixed examples. */
export type Objective = {
	dimensions: number;
	/** f(θ). */
	valueAt(point: Vector): Promise<number>;
	/** ∇f(θ). */
	gradientAt(point: Vector): Promise<Vector>;
};

import type { Objective } from './objective.ts';
import { norm, plus, type Vector } from './vector.ts';

/**
 * ∇²f(θ)·v by a central difference of the gradient, (∇f(θ + hu) − ∇f(θ − hu)) · ‖v‖ / 2h with u = v/‖v‖. Its error is of the order h² from
 * curvature and ε/h from rounding, where ε is the gradient's precision: for float32 graphs h = 10⁻² · (1 + ‖θ‖/√n) is near the best.
 * @param stepLength h, of the order of ε^(1/3) times the size of a parameter
 */
export async function hessianVector(
	objective: Objective,
	point: Vector,
	direction: Vector,
	stepLength: number,
): Promise<Vector> {
	const length = norm(direction);
	if (length === 0) return new Float64Array(point.length);
	const step = stepLength / length;
	const ahead = await objective.gradientAt(plus(point, step, direction));
	const behind = await objective.gradientAt(plus(point, -step, direction));
	return ahead.map((value, i) => (value - behind[i]!) / (2 * step));
}

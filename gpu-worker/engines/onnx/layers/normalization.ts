import type { Graph, Value } from '../graph.ts';

/** x made to mean 0 and variance 1 along one axis, and what the gradient needs of it. */
export interface Normalized {
	/** (x − mean) / √(variance + ε). */
	values: Value;
	/** 1 / √(variance + ε). */
	inverse: Value;
	mean: Value;
	variance: Value;
}

/** @param axis of the numbers that belong together */
export function normalize(graph: Graph, x: Value, { axis, epsilon }: { axis: number; epsilon: number }): Normalized {
	const mean = meanOf(graph, x, axis);
	const centred = graph.node('Sub', [x, mean]);
	const variance = meanOf(graph, graph.node('Mul', [centred, centred]), axis);
	const inverse = inverseDeviation(graph, variance, epsilon);
	return { values: graph.node('Mul', [centred, inverse]), inverse, mean, variance };
}

export function inverseDeviation(graph: Graph, variance: Value, epsilon: number): Value {
	return graph.node('Reciprocal', [graph.node('Sqrt', [graph.node('Add', [variance, graph.constant(epsilon)])])]);
}

/** ∂L/∂x from g = ∂L/∂values: inverse · (g − mean(g) − values · mean(g · values)). */
export function normalizedGradient(
	graph: Graph,
	gradient: Value,
	{ values, inverse }: Pick<Normalized, 'values' | 'inverse'>,
	axis: number,
): Value {
	const along = graph.node('Mul', [values, meanOf(graph, graph.node('Mul', [gradient, values]), axis)]);
	const centred = graph.node('Sub', [gradient, meanOf(graph, gradient, axis)]);
	return graph.node('Mul', [graph.node('Sub', [centred, along]), inverse]);
}

function meanOf(graph: Graph, value: Value, axis: number): Value {
	return graph.node('ReduceMean', [value, graph.constant([axis], 'int64')], { int: { keepdims: 1 } });
}

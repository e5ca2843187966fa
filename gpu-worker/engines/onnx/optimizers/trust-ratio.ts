import type { Graph, Value } from '../graph.ts';

/** ‖x‖₂ over all of the array: a scalar. */
export function norm(graph: Graph, value: Value): Value {
	return graph.node('ReduceL2', [value], { int: { keepdims: 0 } });
}

/** `ratio` where both norms are above 0, and 1 where one is 0, so that what stands at 0 can leave it. */
export function whereBothPositive(graph: Graph, norms: readonly [Value, Value], ratio: Value): Value {
	const [first, second] = norms.map((value) => graph.node('Greater', [value, graph.constant(0)]));
	return graph.node('Where', [graph.node('And', [first!, second!]), ratio, graph.constant(1)]);
}

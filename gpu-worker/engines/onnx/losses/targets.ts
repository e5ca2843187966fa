import type { Graph, Value } from '../graph.ts';

/** [rows, classes] with `on` at the label and `off` elsewhere. */
export function oneHot(graph: Graph, labels: Value, classes: number, on = 1, off = 0): Value {
	const table = Array.from({ length: classes * classes }, (_, i) => (i % (classes + 1) === 0 ? on : off));
	return graph.node('Gather', [graph.constant(table, graph.real, [classes, classes]), labels]);
}

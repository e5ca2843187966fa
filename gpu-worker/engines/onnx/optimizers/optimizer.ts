import type { Graph, Value } from '../graph.ts';
import type { Accumulation } from '../layers/layer.ts';

/** An update rule. The gradient that it meets is of the mean loss over the batch, already multiplied by η. */
export interface Optimizer {
	/** Arrays that it remembers for each parameter, zero at the start. */
	readonly slots: readonly string[];
	/** Where the gradient of one parameter is added. A batch cut into blocks needs `decay` 1. */
	begin(graph: Graph, parameter: Value, slots: readonly Value[]): Accumulation;
	/** The parameter and its slots after the update, from what the gradient was added to. */
	finish(
		graph: Graph,
		parameter: Value,
		slots: readonly Value[],
		accumulated: Value,
	): { parameter: Value; slots: Value[] };
}

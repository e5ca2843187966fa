import type { ParameterSpec } from '../../initial-parameters.ts';
import type { Graph, Value } from '../graph.ts';
import type { Accumulation } from '../layers/layer.ts';

/** One parameter at one update. */
export interface Update {
	graph: Graph;
	spec: ParameterSpec;
	parameter: Value;
	slots: readonly Value[];
	/** η of this update: a scalar. */
	eta: Value;
	/** Number of the update within its epoch, from 0: an int64 scalar. */
	index: Value;
}

/** An update rule inside a graph. */
export interface Optimizer {
	/** Arrays that it remembers for each parameter, zero at the start. */
	readonly slots: readonly string[];
	/** Whether it wants the gradient of the mean loss multiplied by η, which then costs nothing, or as it is. */
	readonly wantsEtaInGradient: boolean;
	/** Where the gradient of one parameter is added. */
	begin(update: Update): Accumulation;
	/** The parameter and its slots after the update, from what the gradient was added to. */
	finish(update: Update, accumulated: Value): { parameter: Value; slots: Value[] };
}

/** Numbers for an input of the graph: a scalar, or one for each update of an epoch. */
export type RuleInputs = Record<string, number | number[]>;

/** An update rule before it is put into a graph. */
export interface UpdateRule {
	/** What is compiled in: equal keys give equal graphs. */
	readonly key: readonly (string | number)[];
	readonly slots: readonly string[];
	build(graph: Graph): Optimizer;
	/** Values of the inputs that `build` declares, for `updates` updates after `done` earlier ones. */
	inputs(done: number, updates: number): RuleInputs;
}

/** An accumulation of the gradient alone. */
export function gradientAlone({ graph, spec }: Pick<Update, 'graph' | 'spec'>): Accumulation {
	const zeros = graph.node('Expand', [graph.constant(0), graph.constant(spec.shape, 'int64')]);
	return { into: zeros, decay: 1, scale: 1 };
}

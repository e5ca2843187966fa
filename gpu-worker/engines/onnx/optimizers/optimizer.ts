import type { ParameterSpec } from '../../initial-parameters.ts';
import type { Graph, Value } from '../graph.ts';
import type { Accumulation } from '../layers/layer.ts';

/** One parameter at one update. */
export interface Update {
	graph: Graph;
	spec: ParameterSpec;
	parameter: Value;
	slots: readonly Value[];
	/** η of this update: [1]. */
	eta: Value;
	/** Number of the update within its epoch, from 0: int64 [1]. */
	index: Value;
}

/** An update rule inside a graph. */
export interface Optimizer {
	/** Arrays that it remembers for each parameter, zero at the start. */
	readonly slots: readonly string[];
	/** Whether it wants the gradient of the mean loss multiplied by η, which then costs nothing, or as it is. */
	readonly wantsEtaInGradient: boolean;
	/** Set where the rule is m ← λm − ηg, θ ← θ + m and no more, so that several updates can be written as one. */
	readonly recurrence?: { lambda: number };
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

/** The shape in which a parameter and its slots are carried from update to update: a vector is one row. */
export function carriedShape({ shape }: Pick<ParameterSpec, 'shape'>): readonly number[] {
	return shape.length === 1 ? [1, shape[0]!] : shape;
}

/** An accumulation of the gradient alone. */
export function gradientAlone({ graph, spec }: Pick<Update, 'graph' | 'spec'>): Accumulation {
	const zeros = graph.node('Expand', [graph.constant(0), graph.constant(carriedShape(spec), 'int64')]);
	return { into: zeros, decay: 1, scale: 1 };
}

/** One update of each parameter. @param carried the parameters, then their arrays of each slot */
export function updatesOf(
	graph: Graph,
	parameters: readonly ParameterSpec[],
	optimizer: Optimizer,
	carried: readonly Value[],
	step: { eta: Value; index: Value },
): Update[] {
	const count = parameters.length;
	return parameters.map((spec, index) => {
		const slots = optimizer.slots.map((_, slot) => carried[(slot + 1) * count + index]!);
		return { graph, spec, parameter: carried[index]!, slots, ...step };
	});
}

/** What the gradient of the sum over a batch is multiplied by. */
export function lossScale(graph: Graph, optimizer: Optimizer, eta: Value, rows: number): Value {
	const mean = graph.constant(1 / rows);
	return optimizer.wantsEtaInGradient ? graph.node('Mul', [eta, mean]) : mean;
}

/** Where a parameter's gradient is added; what is counted and not trained is replaced by its layer. */
export function beginUpdate(optimizer: Optimizer, update: Update): Accumulation {
	return update.spec.counted ? { into: update.parameter, decay: 1, scale: 1 } : optimizer.begin(update);
}

/** What `updatesOf` took apart, after the update. */
export function finishUpdates(
	optimizer: Optimizer,
	updates: readonly Update[],
	accumulated: readonly Value[],
): Value[] {
	const after = updates.map((one, index) => {
		const next = accumulated[index]!;
		return one.spec.counted ? { parameter: next, slots: one.slots } : optimizer.finish(one, next);
	});
	return [
		...after.map(({ parameter }) => parameter),
		...optimizer.slots.flatMap((_, slot) => after.map(({ slots }) => slots[slot]!)),
	];
}

import type { ParameterSpec } from '../../initial-parameters.ts';
import type { Graph, Value } from '../graph.ts';

/**
 * Where a parameter's gradient g is added, in the one node that computes it: answers `decay · into + scale · g`.
 * Gemm does this for the price of the product, which is 7 % of an update at B = 1.
 */
export interface Accumulation {
	into: Value;
	decay: number;
	scale: 1 | -1;
}

export interface BackwardInput {
	graph: Graph;
	/** Examples in the batch or block, known when the graph is built. */
	rows: number;
	input: Value;
	output: Value;
	parameters: readonly Value[];
	/** ∂L/∂output. */
	gradient: Value;
	/** One for each parameter, in the same order. */
	accumulations: readonly Accumulation[];
	/** False for the first layer: nothing needs ∂L/∂input there. */
	needsInputGradient: boolean;
}

/** One layer of a network, built for one input shape. A file a layer: shapes, forward and backward together. */
export interface Layer {
	/** Without the batch dimension. */
	readonly outputShape: readonly number[];
	readonly parameters: readonly ParameterSpec[];
	forward(graph: Graph, input: Value, parameters: readonly Value[]): Value;
	/** ∂L/∂input (null when not needed), and what each accumulation came to. */
	backward(input: BackwardInput): { inputGradient: Value | null; accumulated: Value[] };
}

import type { LayerShape } from '@basin/core/domain/network-shape.ts';
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
	/** What `forward` kept. */
	kept: readonly Value[];
	inner: readonly ForwardOutput[];
	parameters: readonly Value[];
	/** ∂L/∂output. */
	gradient: Value;
	/** One for each parameter, in the same order. */
	accumulations: readonly Accumulation[];
	/** False for the first layer: nothing needs ∂L/∂input there. */
	needsInputGradient: boolean;
}

/** A batch or block to learn from. */
export interface Training {
	/** Examples, known when the graph is built. */
	rows: number;
	/** The words of these rows, [rows] of int32, where a layer draws random numbers. */
	words: Value | null;
}

/** Some layers do otherwise in training than when the trained network is used. */
export type Mode = Training | 'inference';

export interface ForwardOutput {
	output: Value;
	/** Values that `backward` would otherwise compute again. */
	kept?: readonly Value[];
	/** The same of the layers that it is made of. */
	inner?: readonly ForwardOutput[];
}

/**
 * One layer of a network, built for one input shape. A file a layer: forward and backward together.
 * Every value has two dimensions: [rows, units] when flat, [rows · height · width, channels] for images, so that a pixel is a row
 * of a Gemm and an activation fuses with it.
 */
export interface Layer extends LayerShape {
	forward(graph: Graph, input: Value, parameters: readonly Value[], mode: Mode): ForwardOutput;
	/** ∂L/∂input (null when not needed), and what each accumulation came to; for a counted parameter, its next value. */
	backward(input: BackwardInput): { inputGradient: Value | null; accumulated: Value[] };
}

import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend.ts';

export interface BackwardInput {
	tf: TensorFlow;
	input: Tensor;
	output: Tensor;
	parameters: readonly Tensor[];
	/** ∂L/∂output. */
	gradient: Tensor;
	/** False where no layer before has parameters. */
	needsInputGradient: boolean;
	/** As `forward` had it. */
	training: Training;
}

/** A batch or block to learn from. */
export interface Training {
	/** A random word for each row, where a layer draws from them. */
	words: Int32Array | null;
}

/** Layers that look at the whole batch in training use what they counted in inference. */
export type Mode = Training | 'inference';

/**
 * One layer, forward and backward, on tensors [rows, …shape]. The gradients are written out: those of TensorFlow.js are in
 * `@tensorflow/tfjs`, which is 240 MB of layers, converters and browser backends, and not in `@tensorflow/tfjs-core`.
 */
export interface Layer {
	/** How many of the network's parameters are its own. */
	readonly parameterCount: number;
	forward(tf: TensorFlow, input: Tensor, parameters: readonly Tensor[], mode: Mode): Tensor;
	/** ∂L/∂input (null when not needed) and ∂L/∂ of each parameter; for a counted parameter, its next value. */
	backward(input: BackwardInput): { inputGradient: Tensor | null; gradients: Tensor[] };
}

/** A layer without parameters, by its two functions. */
export function plainLayer(forward: Layer['forward'], inputGradient: (input: BackwardInput) => Tensor): Layer {
	return {
		parameterCount: 0,
		forward,
		backward: (input) => ({ inputGradient: inputGradient(input), gradients: [] }),
	};
}

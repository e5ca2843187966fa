import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend.ts';

/** What a network is trained to make small: the mean of this over the batch. */
export interface Loss {
	/** What the logits of an example should be like, at its class and at each other. */
	readonly target: { on: number; off: number };
	/** ∂/∂logits of the sum over the batch. */
	gradient(tf: TensorFlow, logits: Tensor, targets: Tensor): Tensor;
	/** Of one example, in 64 bits and outside of TensorFlow.js. */
	perExample(logits: Float32Array, label: number): number;
}

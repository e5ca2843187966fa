import type { Tensor } from '@tensorflow/tfjs-core';
import { type LayerSpec, SpecError } from '../port.ts';
import type { TensorFlow } from './backend.ts';
import { avgPool } from './layers/avg-pool.ts';
import { conv2d } from './layers/conv2d.ts';
import { dense } from './layers/dense.ts';
import { flatten } from './layers/flatten.ts';
import { gelu } from './layers/gelu.ts';
import { globalAvgPool } from './layers/global-avg-pool.ts';
import type { Layer } from './layers/layer.ts';
import { leakyRelu } from './layers/leaky-relu.ts';
import { maxPool } from './layers/max-pool.ts';
import { relu } from './layers/relu.ts';
import { sigmoid } from './layers/sigmoid.ts';
import { tanh } from './layers/tanh.ts';

/** A chain of layers whose shapes have been checked. */
export class LayerChain {
	readonly #tf: TensorFlow;
	readonly #layers: readonly Layer[];

	/** @throws SpecError naming a layer that this engine lacks */
	constructor(tf: TensorFlow, layers: readonly LayerSpec[]) {
		this.#tf = tf;
		this.#layers = layers.map(layerOf);
	}

	/** What each layer answered, the input first and the logits last. */
	forward(input: Tensor, parameters: readonly Tensor[]): Tensor[] {
		const activations = [input];
		let next = 0;
		for (const { parameterCount, forward } of this.#layers) {
			activations.push(forward(this.#tf, activations.at(-1)!, parameters.slice(next, next + parameterCount)));
			next += parameterCount;
		}
		return activations;
	}

	/** ∂L/∂ of every parameter, from ∂L/∂logits. */
	backward(activations: readonly Tensor[], parameters: readonly Tensor[], logitsGradient: Tensor): Tensor[] {
		const gradients: Tensor[] = [];
		let end = parameters.length;
		let gradient: Tensor | null = logitsGradient;
		for (let index = this.#layers.length - 1; gradient !== null; index--) {
			const layer = this.#layers[index]!;
			const start = end - layer.parameterCount;
			const result = layer.backward({
				tf: this.#tf,
				input: activations[index]!,
				output: activations[index + 1]!,
				parameters: parameters.slice(start, end),
				gradient,
				needsInputGradient: start > 0,
			});
			gradients.unshift(...result.gradients);
			gradient = start > 0 ? result.inputGradient : null;
			end = start;
		}
		return gradients;
	}
}

function layerOf(spec: LayerSpec): Layer {
	switch (spec.kind) {
		case 'dense':
			return dense;
		case 'conv2d':
			return conv2d(spec);
		case 'maxPool':
			return maxPool(spec);
		case 'avgPool':
			return avgPool(spec);
		case 'globalAvgPool':
			return globalAvgPool;
		case 'flatten':
			return flatten;
		case 'relu':
			return relu;
		case 'leakyRelu':
			return leakyRelu(spec);
		case 'gelu':
			return gelu;
		case 'tanh':
			return tanh;
		case 'sigmoid':
			return sigmoid;
		default: {
			const { kind } = spec as { kind: string };
			throw new SpecError(`The engine "tensorflow" has no layer ${kind}: choose the engine "onnx".`);
		}
	}
}

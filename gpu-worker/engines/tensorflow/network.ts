import type { Tensor } from '@tensorflow/tfjs-core';
import { type LayerSpec, SpecError } from '../port.ts';
import type { TensorFlow } from './backend.ts';
import { avgPool } from './layers/avg-pool.ts';
import { batchNorm } from './layers/batch-norm.ts';
import { conv2d } from './layers/conv2d.ts';
import { dense } from './layers/dense.ts';
import { flatten } from './layers/flatten.ts';
import { gelu } from './layers/gelu.ts';
import { globalAvgPool } from './layers/global-avg-pool.ts';
import type { Layer, Mode } from './layers/layer.ts';
import { layerNorm } from './layers/layer-norm.ts';
import { leakyRelu } from './layers/leaky-relu.ts';
import { maxPool } from './layers/max-pool.ts';
import { relu } from './layers/relu.ts';
import { sigmoid } from './layers/sigmoid.ts';
import { tanh } from './layers/tanh.ts';

interface ChainBackward {
	/** Of `forward`. */
	activations: readonly Tensor[];
	parameters: readonly Tensor[];
	gradient: Tensor;
	needsInputGradient: boolean;
}

/** Layers one after the other, whose shapes have been checked. */
export class LayerChain {
	readonly #tf: TensorFlow;
	readonly #layers: readonly Layer[];

	/** @throws SpecError naming a layer that this engine lacks */
	constructor(tf: TensorFlow, layers: readonly LayerSpec[]) {
		this.#tf = tf;
		this.#layers = layers.map(layerOf);
	}

	get parameterCount(): number {
		return this.#layers.reduce((total, { parameterCount }) => total + parameterCount, 0);
	}

	/** What each layer answered, the input first. */
	forward(input: Tensor, parameters: readonly Tensor[], mode: Mode): Tensor[] {
		const activations = [input];
		let next = 0;
		for (const { parameterCount, forward } of this.#layers) {
			const own = parameters.slice(next, next + parameterCount);
			activations.push(forward(this.#tf, activations.at(-1)!, own, mode));
			next += parameterCount;
		}
		return activations;
	}

	/** As of a layer, from ∂L/∂ of what the last one answered. */
	backward(of: ChainBackward): ReturnType<Layer['backward']> {
		const gradients: Tensor[] = [];
		let gradient: Tensor | null = of.gradient;
		let end = of.parameters.length;
		for (let index = this.#layers.length - 1; index >= 0 && gradient !== null; index--) {
			const layer = this.#layers[index]!;
			const start = end - layer.parameterCount;
			const needsInputGradient = of.needsInputGradient || start > 0;
			const result = layer.backward({
				tf: this.#tf,
				input: of.activations[index]!,
				output: of.activations[index + 1]!,
				parameters: of.parameters.slice(start, end),
				gradient,
				needsInputGradient,
			});
			gradients.unshift(...result.gradients);
			gradient = needsInputGradient ? result.inputGradient : null;
			end = start;
		}
		return { inputGradient: gradient, gradients };
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
		case 'layerNorm':
			return layerNorm(spec);
		case 'batchNorm':
			return batchNorm(spec);
		default: {
			const { kind } = spec as { kind: string };
			throw new SpecError(`The engine "tensorflow" has no layer ${kind}: choose the engine "onnx".`);
		}
	}
}

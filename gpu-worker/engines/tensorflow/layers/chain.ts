import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend.ts';
import type { Layer, Mode, Training } from './layer.ts';

interface ChainBackward {
	/** Of `forward`. */
	activations: readonly Tensor[];
	parameters: readonly Tensor[];
	gradient: Tensor;
	needsInputGradient: boolean;
	training: Training;
}

/** Layers one after the other, with their parameters in one list. */
export class LayerChain {
	readonly #tf: TensorFlow;
	readonly #layers: readonly Layer[];

	constructor(tf: TensorFlow, layers: readonly Layer[]) {
		this.#tf = tf;
		this.#layers = layers;
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
				training: of.training,
			});
			gradients.unshift(...result.gradients);
			gradient = needsInputGradient ? result.inputGradient : null;
			end = start;
		}
		return { inputGradient: gradient, gradients };
	}
}

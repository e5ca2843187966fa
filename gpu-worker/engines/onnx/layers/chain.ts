import type { ParameterSpec } from '@basin/core/domain/network-shape.ts';
import type { Graph, Value } from '../graph.ts';
import type { Accumulation, ForwardOutput, Layer, Mode } from './layer.ts';

interface ChainBackward {
	graph: Graph;
	rows: number;
	/** Of `forward`. */
	activations: readonly ForwardOutput[];
	parameters: readonly Value[];
	/** ∂L/∂ the last layer's output. */
	gradient: Value;
	accumulations: readonly Accumulation[];
	needsInputGradient: boolean;
}

/** Layers one after the other, with their parameters in one list. */
export class Chain {
	readonly parameters: readonly ParameterSpec[];
	readonly #layers: readonly Layer[];

	constructor(layers: readonly Layer[]) {
		this.#layers = layers;
		this.parameters = layers.flatMap((layer) => layer.parameters);
	}

	/** What each layer answered, the input first. */
	forward(graph: Graph, input: Value, parameters: readonly Value[], mode: Mode): ForwardOutput[] {
		const activations: ForwardOutput[] = [{ output: input }];
		let next = 0;
		for (const layer of this.#layers) {
			const own = parameters.slice(next, next + layer.parameters.length);
			next += own.length;
			activations.push(layer.forward(graph, activations.at(-1)!.output, own, mode));
		}
		return activations;
	}

	/** ∂L/∂input (null when not needed), and what the accumulation of each parameter came to. */
	backward(of: ChainBackward): { inputGradient: Value | null; accumulated: Value[] } {
		const { graph, rows, activations, parameters, accumulations } = of;
		const accumulated: Value[] = [];
		let gradient: Value | null = of.gradient;
		let end = parameters.length;
		for (let index = this.#layers.length - 1; index >= 0 && gradient !== null; index--) {
			const layer = this.#layers[index]!;
			const start = end - layer.parameters.length;
			const needsInputGradient = of.needsInputGradient || start > 0;
			const { output, kept = [], inner = [] } = activations[index + 1]!;
			const result = layer.backward({
				graph,
				rows,
				input: activations[index]!.output,
				output,
				kept,
				inner,
				parameters: parameters.slice(start, end),
				gradient,
				accumulations: accumulations.slice(start, end),
				needsInputGradient,
			});
			accumulated.unshift(...result.accumulated);
			gradient = needsInputGradient ? result.inputGradient : null;
			end = start;
		}
		return { inputGradient: gradient, accumulated };
	}
}

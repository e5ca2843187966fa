import type { ParameterSpec } from '../initial-parameters.ts';
import { type Architecture, type LayerSpec, SpecError } from '../port.ts';
import type { Graph, Value } from './graph.ts';
import { dense } from './layers/dense.ts';
import type { Accumulation, Layer } from './layers/layer.ts';
import { relu } from './layers/relu.ts';
import { tanh } from './layers/tanh.ts';

/** The value that each layer answered, the network's input first. */
export type Activations = readonly Value[];

/** A chain of layers with checked shapes, from the input to the logits. */
export class Network {
	readonly parameters: readonly ParameterSpec[];
	readonly #layers: readonly Layer[];

	/** @throws SpecError naming the layer and the shapes that do not fit */
	constructor({ inputShape, classes, layers }: Architecture) {
		const built: Layer[] = [];
		const counts = new Map<string, number>();
		let shape = inputShape;
		for (const spec of layers) {
			const count = (counts.get(spec.kind) ?? 0) + 1;
			counts.set(spec.kind, count);
			const layer = buildLayer(spec, `${spec.kind}${count}`, shape);
			built.push(layer);
			shape = layer.outputShape;
		}
		if (shape.length !== 1 || shape[0] !== classes) {
			throw new SpecError(`The last layer gives [${shape.join(', ')}], but the data set has ${classes} classes.`);
		}
		this.#layers = built;
		this.parameters = built.flatMap((layer) => layer.parameters);
	}

	/** The last activation is the logits. */
	forward(graph: Graph, input: Value, parameters: readonly Value[]): Activations {
		const activations = [input];
		let next = 0;
		for (const layer of this.#layers) {
			const own = parameters.slice(next, next + layer.parameters.length);
			next += own.length;
			activations.push(layer.forward(graph, activations.at(-1)!, own));
		}
		return activations;
	}

	/** Adds the gradient of every parameter where its accumulation says. */
	backward(
		graph: Graph,
		rows: number,
		activations: Activations,
		parameters: readonly Value[],
		logitsGradient: Value,
		accumulations: readonly Accumulation[],
	): Value[] {
		const accumulated: Value[] = [];
		let end = parameters.length;
		let gradient: Value | null = logitsGradient;
		for (let index = this.#layers.length - 1; gradient !== null; index--) {
			const layer = this.#layers[index]!;
			const start = end - layer.parameters.length;
			const result = layer.backward({
				graph,
				rows,
				input: activations[index]!,
				output: activations[index + 1]!,
				parameters: parameters.slice(start, end),
				gradient,
				accumulations: accumulations.slice(start, end),
				needsInputGradient: start > 0,
			});
			accumulated.unshift(...result.accumulated);
			gradient = start > 0 ? result.inputGradient : null;
			end = start;
		}
		return accumulated;
	}
}

function buildLayer(spec: LayerSpec, name: string, inputShape: readonly number[]): Layer {
	switch (spec.kind) {
		case 'dense':
			return dense(spec, name, inputShape);
		case 'relu':
			return relu(inputShape);
		case 'tanh':
			return tanh(inputShape);
	}
}

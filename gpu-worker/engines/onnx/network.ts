import {
	count,
	inferShape,
	LayerFault,
	type LayerShape,
	type LayerSpec,
	type ParameterSpec,
	type PlacedLayer,
	placeLayers,
	rowsTogether,
	shortcutOf,
	written,
} from '@basin/core/domain/network-shape.ts';
import { type Architecture, SpecError } from '../port.ts';
import type { Graph, Value } from './graph.ts';
import { avgPool } from './layers/avg-pool.ts';
import { batchNorm } from './layers/batch-norm.ts';
import { Chain } from './layers/chain.ts';
import { conv2d } from './layers/conv2d.ts';
import { dense } from './layers/dense.ts';
import { dropout } from './layers/dropout.ts';
import { flatten } from './layers/flatten.ts';
import { gelu } from './layers/gelu.ts';
import { globalAvgPool } from './layers/global-avg-pool.ts';
import type { Accumulation, ForwardOutput, Layer, Mode } from './layers/layer.ts';
import { layerNorm } from './layers/layer-norm.ts';
import { leakyRelu } from './layers/leaky-relu.ts';
import { maxPool } from './layers/max-pool.ts';
import { relu } from './layers/relu.ts';
import { residual } from './layers/residual.ts';
import { sigmoid } from './layers/sigmoid.ts';
import { tanh } from './layers/tanh.ts';

/** What each layer answered, the network's input first and the logits last. */
export type Activations = readonly ForwardOutput[];

/**
 * A larger batch is cut into blocks of at most this many rows whose gradients are summed: the same gradient, but its
 * intermediate values stay in the cache. At B = 10,000: 45.5 ms with 500, 46.6 with 250, 48.9 with 100, 54.9 uncut.
 */
const denseBlockRows = 500;

/**
 * Numbers of the widest layer, unfolded, that one block may have. Images a second of conv32-pool-conv64-pool-dense on 32 × 32 × 3 in
 * blocks of 2, 4, 6, 8, 16, 32: 1726, 1785, 1760, 1705, 1566, 1316 (8 are taken); of the preset cnn in 1, 2, 4, 8: 444, 460, 415, 375 (2).
 */
const unfoldedNumbers = 600_000;

/** A chain of layers with checked shapes, from the input to the logits. */
export class Network {
	readonly parameters: readonly ParameterSpec[];
	/** How many rows to compute at a time, so that what they unfold into stays in the cache. */
	readonly blockRows: number;
	/** Rows that depend on each other in training: blocks are multiples of it. */
	readonly rowsTogether: number;
	/** True when training draws random numbers. */
	readonly isRandom: boolean;
	/** A dense layer that sees the input and nothing else, and what lies behind it; null where the first layer is another. */
	readonly first: { inputs: number; units: number; behind: Chain } | null;
	readonly #chain: Chain;
	readonly #inputShape: readonly number[];

	/** @throws SpecError naming the layer and the shapes that do not fit */
	constructor({ inputShape, classes, layers }: Architecture) {
		const placed = place(poolFirst(layers), inputShape);
		const outputShape = placed.at(-1)?.shape.outputShape ?? inputShape;
		if (outputShape.length !== 1 || outputShape[0] !== classes) {
			throw new SpecError(`The last layer gives ${written(outputShape)}, but the data set has ${classes} classes.`);
		}
		const unfolded = placed.reduce((widest, { shape }) => Math.max(widest, shape.unfolded ?? 0), 1);
		this.blockRows = Math.max(1, Math.min(denseBlockRows, Math.floor(unfoldedNumbers / unfolded)));
		this.#inputShape = inputShape;
		const built = placed.map(buildLayer);
		this.#chain = new Chain(built);
		this.first = firstDense(placed, built);
		this.parameters = this.#chain.parameters;
		const shapes = placed.map(({ shape }) => shape);
		this.rowsTogether = rowsTogether(shapes);
		this.isRandom = shapes.some(({ isRandom }) => isRandom === true);
	}

	/** @param input [rows, …inputShape] */
	forward(graph: Graph, input: Value, parameters: readonly Value[], mode: Mode): Activations {
		const isImage = this.#inputShape.length > 1;
		const rows = isImage ? graph.reshape(input, [-1, this.#inputShape.at(-1)!]) : input;
		return this.#chain.forward(graph, rows, parameters, mode);
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
		const of = { graph, rows, activations, parameters, accumulations };
		return this.#chain.backward({ ...of, gradient: logitsGradient, needsInputGradient: false }).accumulated;
	}
}

function firstDense(placed: readonly PlacedLayer[], built: readonly Layer[]): Network['first'] {
	const start = placed[0]?.spec.kind === 'flatten' ? 1 : 0;
	const layer = placed[start];
	if (layer?.spec.kind !== 'dense') return null;
	return { inputs: count(layer.inputShape), units: layer.spec.units, behind: new Chain(built.slice(start + 1)) };
}

/** relu and maxPool give the same in either order, values and gradients, and the relu of the largest is less work. */
function poolFirst(layers: readonly LayerSpec[]): LayerSpec[] {
	const ordered = [...layers];
	for (let index = 1; index < ordered.length; index++) {
		const [before, after] = [ordered[index - 1]!, ordered[index]!];
		const swaps = (before.kind === 'relu' || before.kind === 'leakyRelu') && after.kind === 'maxPool';
		if (swaps) ordered.splice(index - 1, 2, after, before);
	}
	return ordered;
}

function place(layers: readonly LayerSpec[], inputShape: readonly number[]): PlacedLayer[] {
	try {
		return placeLayers(layers, inputShape);
	} catch (error) {
		if (error instanceof LayerFault) throw new SpecError(`Layer ${error.message}.`);
		throw error;
	}
}

function buildLayer({ spec, name, inputShape, shape }: PlacedLayer): Layer {
	switch (spec.kind) {
		case 'dense':
			return dense(shape);
		case 'conv2d':
			return conv2d(spec, shape, inputShape);
		case 'maxPool':
			return maxPool(spec, shape, inputShape);
		case 'avgPool':
			return avgPool(spec, shape, inputShape);
		case 'globalAvgPool':
			return globalAvgPool(shape, inputShape);
		case 'flatten':
			return flatten(shape, inputShape);
		case 'relu':
			return relu(shape);
		case 'leakyRelu':
			return leakyRelu(spec, shape);
		case 'gelu':
			return gelu(shape);
		case 'tanh':
			return tanh(shape);
		case 'sigmoid':
			return sigmoid(shape);
		case 'layerNorm':
			return layerNorm(spec, shape, inputShape);
		case 'batchNorm':
			return batchNorm(spec, shape, inputShape);
		case 'dropout':
			return dropout(spec, name, shape, inputShape);
		case 'residual':
			return residual(shape, ...branches(spec, name, inputShape, shape));
	}
}

/** The chain of a residual block, and its shortcut where that is a layer. */
function branches(
	{ layers }: LayerSpec & { kind: 'residual' },
	name: string,
	inputShape: readonly number[],
	{ outputShape }: LayerShape,
): [Chain, Layer | null] {
	const chain = new Chain(placeLayers(poolFirst(layers), inputShape, `${name}/`).map(buildLayer));
	const spec = shortcutOf(inputShape, outputShape);
	if (spec === null) return [chain, null];
	const shortcut = `${name}/shortcut`;
	return [chain, buildLayer({ spec, name: shortcut, inputShape, shape: inferShape(spec, shortcut, inputShape) })];
}

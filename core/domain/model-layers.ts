import type { FieldError } from '../contracts/errors.ts';
import type { Activation, Initializer, ModelLayer } from '../contracts/model-layers.ts';
import { type Configuration, limits, type ModelSpec } from '../contracts/sweep-spec.ts';
import {
	count,
	inferShape,
	LayerFault,
	type LayerShape,
	type LayerSpec,
	type Pair,
	rowsTogether,
	written,
} from './network-shape.ts';
import { defaultInitializer, presetLayers } from './presets.ts';
import { grouped } from './spec-faults.ts';

/** What a model is built for. */
export interface Examples {
	inputShape: readonly number[];
	classes: number;
}

/** A model spelled out for one data set, every layer with all its sizes. */
export interface ResolvedModel {
	/** `softmax` and `mlp` see an image as one row of numbers. */
	inputShape: readonly number[];
	layers: readonly LayerSpec[];
	/** Trainable numbers: a worker holds the weights, their momentum and both again while it saves them. */
	parameters: number;
	/** Neighbours in a batch that must be trained at once: `Infinity` for all of them, 1 where a batch may be cut anywhere. */
	rowsTogether: number;
	/** Numbers that an example keeps from forward to backward. */
	numbersKept: number;
}

/** The model does not fit the data set. `message` is the end of a sentence that begins with what `pointer` points at. */
export class ModelFault extends Error {
	override readonly name = 'ModelFault';
	readonly pointer: string;

	constructor({ pointer, message }: FieldError) {
		super(message);
		this.pointer = pointer;
	}
}

/** How a list names the model: the preset, or `custom`. */
export function modelName({ preset = 'custom' }: ModelSpec): string {
	return preset;
}

/** The one translation of a model into layers, for the API's checks and for the engines. @throws ModelFault */
export function resolveModel(model: ModelSpec, { inputShape, classes }: Examples): ResolvedModel {
	const isFlat = model.preset === 'softmax' || model.preset === 'mlp' || model.preset === 'keskar-f1';
	const input = isFlat ? [count(inputShape)] : inputShape;
	const written_ = 'layers' in model ? model.layers : presetLayers(model, classes);
	const layers: LayerSpec[] = [];
	const shapes: LayerShape[] = [];
	let [parameters, numbersKept] = [0, 0];
	let shape = input;
	for (const [index, layer] of written_.entries()) {
		for (const step of stepsOf(layer)) {
			const inferred = inferAt(step, shape, { model, index, layer, inputShape });
			layers.push(step);
			shapes.push(inferred);
			shape = inferred.outputShape;
			const trained = inferred.parameters.filter(({ counted }) => !counted);
			parameters += trained.reduce((sum, parameter) => sum + count(parameter.shape), 0);
			numbersKept += count(shape) + (inferred.unfolded ?? 0);
		}
	}
	if (shape.length !== 1 || shape[0] !== classes) {
		const last = written_.length - 1;
		const message = `(${written_[last]!.type}) gives ${written(shape)}, but the data set has ${classes} classes: the last layer must be dense with ${classes} units`;
		throw new ModelFault({ pointer: `/model/layers/${last}`, message });
	}
	return { inputShape: input, layers, parameters, rowsTogether: rowsTogether(shapes), numbersKept };
}

/** Why a model cannot be trained on a data set: no fault, or one. */
export function modelFaults(model: ModelSpec, examples: Examples): FieldError[] {
	try {
		const { parameters } = resolveModel(model, examples);
		if (parameters <= limits.parameters) return [];
		const pointer = model.preset === 'mlp' ? '/model/hidden' : 'layers' in model ? '/model/layers' : '/model';
		const message = `makes ${grouped(parameters)} trainable numbers; at most ${grouped(limits.parameters)} are allowed`;
		return [{ pointer, message }];
	} catch (error) {
		if (error instanceof ModelFault) return [{ pointer: error.pointer, message: error.message }];
		throw error;
	}
}

/** Batch sizes whose batches, which batch norm needs whole or in large parts, would not fit into memory. */
export function batchFaults(
	model: ModelSpec,
	examples: Examples,
	configurations: readonly Configuration[],
): FieldError[] {
	const { rowsTogether, numbersKept } = resolveModel(model, examples);
	const largest = Math.floor(limits.wholeBatchNumbers / numbersKept);
	const over = configurations.find(({ batchSize }) => rowsTogether > 1 && Math.min(batchSize, rowsTogether) > largest);
	if (!over) return [];
	const needs = Number.isFinite(rowsTogether)
		? `its ghost batches need ${grouped(rowsTogether)} examples at once`
		: 'batchNorm needs a batch whole (or a ghostBatchSize)';
	const message = `has a batch size of ${grouped(over.batchSize)}, but ${needs}, and this model keeps ${grouped(numbersKept)} numbers an example: at most ${grouped(largest)} fit`;
	return [{ pointer: '/grid', message }];
}

function inferAt(
	step: LayerSpec,
	shape: readonly number[],
	at: { model: ModelSpec; index: number; layer: ModelLayer; inputShape: readonly number[] },
) {
	try {
		const inferred = inferShape(step, step.kind, shape);
		const { unfolded = 0 } = inferred;
		if (unfolded <= limits.unfoldedNumbers) return inferred;
		throw new LayerFault(
			`unfolds its input ${written(shape)} into ${grouped(unfolded)} numbers an example; at most ${grouped(limits.unfoldedNumbers)} are allowed: use larger strides, a smaller window or fewer channels`,
		);
	} catch (error) {
		if (!(error instanceof LayerFault)) throw error;
		const { model, index, layer, inputShape } = at;
		if ('layers' in model) {
			throw new ModelFault({ pointer: `/model/layers/${index}`, message: `(${layer.type}) ${error.message}` });
		}
		const message = `${modelName(model)} does not fit examples of shape ${written(inputShape)}: its layer ${index + 1} (${layer.type}) ${error.message}`;
		throw new ModelFault({ pointer: '/model/preset', message });
	}
}

/** A layer, and after it its activation. */
function stepsOf(layer: ModelLayer): LayerSpec[] {
	switch (layer.type) {
		case 'dense': {
			const { units, activation } = layer;
			return [{ kind: 'dense', units, initializer: initializerOf(layer) }, ...activationOf(activation)];
		}
		case 'conv2d': {
			const { filters, kernelSize, strides, padding, groups, activation } = layer;
			const sizes = { filters, kernelSize: pair(kernelSize), strides: pair(strides), padding, groups };
			return [{ kind: 'conv2d', ...sizes, initializer: initializerOf(layer) }, ...activationOf(activation)];
		}
		case 'maxPool':
		case 'avgPool': {
			const { type, poolSize, strides = poolSize, padding } = layer;
			return [{ kind: type, poolSize: pair(poolSize), strides: pair(strides), padding }];
		}
		case 'residual': {
			const layers = layer.layers.flatMap(stepsOf);
			return [{ kind: 'residual', layers }, ...activationOf(layer.activation)];
		}
		default: {
			const { type, ...numbers } = layer;
			return [{ kind: type, ...numbers } as LayerSpec];
		}
	}
}

function activationOf(activation: Activation | undefined): LayerSpec[] {
	if (activation === undefined) return [];
	return [activation === 'leakyRelu' ? { kind: activation, negativeSlope: 0.3 } : { kind: activation }];
}

function initializerOf({
	initializer,
	activation,
}: {
	initializer?: Initializer | undefined;
	activation?: Activation | undefined;
}): Initializer {
	return initializer ?? defaultInitializer(activation);
}

function pair(sides: number | readonly [number, number]): Pair {
	return typeof sides === 'number' ? [sides, sides] : sides;
}

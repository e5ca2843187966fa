import type { Initializer } from '../contracts/sweep-spec.ts';

/** [down, across]. */
export type Pair = readonly [number, number];

/** As in Keras: `same` keeps ⌈size/stride⌉ places by padding with nothing, `valid` only whole windows. */
export type Padding = 'same' | 'valid';

interface Pooling {
	poolSize: Pair;
	strides: Pair;
	padding: Padding;
}

/** One step of a network with every size that a spec fixes. Images are [height, width, channels]. */
export type LayerSpec =
	| { kind: 'dense'; units: number; initializer: Initializer }
	| {
			kind: 'conv2d';
			filters: number;
			kernelSize: Pair;
			strides: Pair;
			padding: Padding;
			groups: number;
			initializer: Initializer;
	  }
	| ({ kind: 'maxPool' } & Pooling)
	| ({ kind: 'avgPool' } & Pooling)
	| { kind: 'globalAvgPool' }
	| { kind: 'flatten' }
	| { kind: 'relu' }
	| { kind: 'leakyRelu'; negativeSlope: number }
	| { kind: 'gelu' }
	| { kind: 'tanh' }
	| { kind: 'sigmoid' }
	| { kind: 'layerNorm'; epsilon: number }
	| { kind: 'batchNorm'; epsilon: number; momentum: number; ghostBatchSize?: number | undefined }
	| { kind: 'dropout'; rate: number }
	| { kind: 'residual'; layers: readonly LayerSpec[] };

export interface ParameterSpec {
	name: string;
	shape: readonly number[];
	/** `zeros` is what every bias begins with, `ones` what a scale does. */
	initializer: Initializer | 'zeros' | 'ones';
	/** True for what a layer counts along and no gradient changes, such as running means. */
	counted?: boolean;
	/** Numbers that one output sums over, and outputs that one input reaches. */
	fanIn: number;
	fanOut: number;
}

/** Shapes are without the batch dimension. */
export interface LayerShape {
	outputShape: readonly number[];
	parameters: readonly ParameterSpec[];
	/** Numbers that an example is unfolded into, where they are many more than those of input and output. */
	unfolded?: number;
	/** In training, how many neighbours in a batch depend on each other, counted from its start; default 1, all of them `Infinity`. */
	rowsTogether?: number;
	/** True when training draws random numbers. */
	isRandom?: boolean;
}

/** A layer cannot stand where it does. The sentence says why and with which shapes; whoever lists the layers adds which one it is. */
export class LayerFault extends Error {
	override readonly name = 'LayerFault';
}

/** A layer in its place. */
export interface PlacedLayer {
	spec: LayerSpec;
	/** Its kind and number, such as `conv2d2`: how its parameters and messages name it. */
	name: string;
	inputShape: readonly number[];
	shape: LayerShape;
}

/** Puts layers one after the other. @param prefix of their names. @throws LayerFault with the name of the layer in it */
export function placeLayers(layers: readonly LayerSpec[], inputShape: readonly number[], prefix = ''): PlacedLayer[] {
	const counts = new Map<string, number>();
	const placed: PlacedLayer[] = [];
	let shape = inputShape;
	for (const spec of layers) {
		const number = (counts.get(spec.kind) ?? 0) + 1;
		counts.set(spec.kind, number);
		const name = `${spec.kind}${number}`;
		const inferred = named(prefix === '' ? name : `has ${name}, which`, () =>
			inferShape(spec, `${prefix}${name}`, shape),
		);
		placed.push({ spec, name: `${prefix}${name}`, inputShape: shape, shape: inferred });
		shape = inferred.outputShape;
	}
	return placed;
}

/** Puts the layer's name before its fault. */
function named<T>(layer: string, infer: () => T): T {
	try {
		return infer();
	} catch (error) {
		if (error instanceof LayerFault) throw new LayerFault(`${layer} ${error.message}`);
		throw error;
	}
}

/** The one place that knows what each layer makes of its input. @param name prefix of its parameters. @throws LayerFault */
export function inferShape(layer: LayerSpec, name: string, inputShape: readonly number[]): LayerShape {
	switch (layer.kind) {
		case 'dense':
			return dense(layer, name, inputShape);
		case 'conv2d':
			return conv2d(layer, name, inputShape);
		case 'maxPool':
		case 'avgPool':
			return pooling(layer, inputShape);
		case 'globalAvgPool':
			return { outputShape: [image(inputShape)[2]], parameters: [] };
		case 'flatten':
			return { outputShape: [count(inputShape)], parameters: [] };
		case 'relu':
		case 'leakyRelu':
		case 'gelu':
		case 'tanh':
		case 'sigmoid':
			return { outputShape: inputShape, parameters: [] };
		case 'layerNorm':
			return { outputShape: inputShape, parameters: scaleAndOffset(name, inputShape) };
		case 'batchNorm':
			return {
				outputShape: inputShape,
				parameters: [...scaleAndOffset(name, inputShape), ...running(name, inputShape)],
				rowsTogether: layer.ghostBatchSize ?? Number.POSITIVE_INFINITY,
			};
		case 'dropout':
			return { outputShape: inputShape, parameters: [], isRandom: true };
		case 'residual':
			return residual(layer, name, inputShape);
	}
}

/** What brings the input of a residual block to the shape that its layers give: nothing where it has it. @throws LayerFault */
export function shortcutOf(inputShape: readonly number[], outputShape: readonly number[]): LayerSpec | null {
	if (written(inputShape) === written(outputShape)) return null;
	const initializer = 'glorotUniform';
	if (inputShape.length === 1 && outputShape.length === 1) {
		return { kind: 'dense', units: outputShape[0]!, initializer };
	}
	const strides = [0, 1].map((axis) => Math.ceil(inputShape[axis]! / outputShape[axis]!)) as unknown as Pair;
	const fits =
		inputShape.length === 3 &&
		outputShape.length === 3 &&
		strides.every((stride, axis) => Math.ceil(inputShape[axis]! / stride) === outputShape[axis]);
	if (!fits) throw new LayerFault(`cannot add its input ${written(inputShape)} to ${written(outputShape)}`);
	const sizes = { kernelSize: [1, 1], strides, padding: 'same', groups: 1 } as const;
	return { kind: 'conv2d', filters: outputShape[2]!, ...sizes, initializer };
}

function residual(layer: LayerSpec & { kind: 'residual' }, name: string, inputShape: readonly number[]): LayerShape {
	const placed = placeLayers(layer.layers, inputShape, `${name}/`);
	const { outputShape } = placed.at(-1)!.shape;
	const shortcut = shortcutOf(inputShape, outputShape);
	const shapes = placed.map(({ shape }) => shape);
	if (shortcut) shapes.push(inferShape(shortcut, `${name}/shortcut`, inputShape));
	return {
		outputShape,
		parameters: shapes.flatMap(({ parameters }) => parameters),
		unfolded: shapes.reduce((sum, { unfolded = 0, outputShape }) => sum + unfolded + count(outputShape), 0),
		rowsTogether: rowsTogether(shapes),
		isRandom: shapes.some(({ isRandom }) => isRandom === true),
	};
}

/** In training, how many neighbours in a batch depend on each other through any of these layers: blocks are multiples of it. */
export function rowsTogether(shapes: readonly LayerShape[]): number {
	const sizes = shapes.map(({ rowsTogether = 1 }) => rowsTogether);
	if (sizes.includes(Number.POSITIVE_INFINITY)) return Number.POSITIVE_INFINITY;
	return sizes.reduce((multiple, size) => (multiple / greatestDivisor(multiple, size)) * size, 1);
}

function greatestDivisor(a: number, b: number): number {
	return b === 0 ? a : greatestDivisor(b, a % b);
}

/** One number for each unit, or for each channel of an image. */
function perChannel(name: string, inputShape: readonly number[], initializer: 'zeros' | 'ones'): ParameterSpec {
	return { name, shape: [inputShape.at(-1)!], initializer, fanIn: 1, fanOut: 1 };
}

function scaleAndOffset(name: string, inputShape: readonly number[]): ParameterSpec[] {
	return [perChannel(`${name}/scale`, inputShape, 'ones'), perChannel(`${name}/offset`, inputShape, 'zeros')];
}

function running(name: string, inputShape: readonly number[]): ParameterSpec[] {
	return [
		{ ...perChannel(`${name}/runningMean`, inputShape, 'zeros'), counted: true },
		{ ...perChannel(`${name}/runningVariance`, inputShape, 'ones'), counted: true },
	];
}

/** Numbers in an array of this shape. */
export function count(shape: readonly number[]): number {
	return shape.reduce((product, size) => product * size, 1);
}

/** `[28, 28, 1]`, as messages write a shape. */
export function written(shape: readonly number[]): string {
	return `[${shape.join(', ')}]`;
}

/** Places that a window takes along one axis, and how many of the first one's are before the axis begins. */
export function windowPlaces(input: { size: number; window: number; stride: number; padding: Padding }): {
	places: number;
	before: number;
} {
	const { size, window, stride, padding } = input;
	if (padding === 'valid') return { places: Math.floor((size - window) / stride) + 1, before: 0 };
	const places = Math.ceil(size / stride);
	return { places, before: Math.floor(Math.max((places - 1) * stride + window - size, 0) / 2) };
}

function dense(layer: LayerSpec & { kind: 'dense' }, name: string, inputShape: readonly number[]): LayerShape {
	if (inputShape.length !== 1) {
		throw new LayerFault(`needs a flat input, but gets ${written(inputShape)}: put a flatten before it`);
	}
	const { units, initializer } = layer;
	const inputs = inputShape[0]!;
	const fans = { fanIn: inputs, fanOut: units };
	return {
		outputShape: [units],
		parameters: [
			{ name: `${name}/weight`, shape: [inputs, units], initializer, ...fans },
			{ name: `${name}/bias`, shape: [units], initializer: 'zeros', ...fans },
		],
	};
}

function conv2d(layer: LayerSpec & { kind: 'conv2d' }, name: string, inputShape: readonly number[]): LayerShape {
	const { filters, kernelSize, strides, padding, groups, initializer } = layer;
	const channels = image(inputShape)[2];
	if (channels % groups !== 0 || filters % groups !== 0) {
		throw new LayerFault(`cannot part ${channels} channels and ${filters} filters into ${groups} equal groups`);
	}
	const places = windowed(inputShape, kernelSize, strides, padding);
	const taps = kernelSize[0] * kernelSize[1];
	const fans = { fanIn: (taps * channels) / groups, fanOut: (taps * filters) / groups };
	return {
		outputShape: [...places, filters],
		unfolded: count(places) * taps * channels,
		parameters: [
			{ name: `${name}/weight`, shape: [...kernelSize, channels / groups, filters], initializer, ...fans },
			{ name: `${name}/bias`, shape: [filters], initializer: 'zeros', ...fans },
		],
	};
}

function pooling({ poolSize, strides, padding }: Pooling, inputShape: readonly number[]): LayerShape {
	const channels = image(inputShape)[2];
	return { outputShape: [...windowed(inputShape, poolSize, strides, padding), channels], parameters: [] };
}

function windowed(inputShape: readonly number[], windows: Pair, strides: Pair, padding: Padding): Pair {
	const [down, across] = [0, 1].map((axis) => {
		const window = windows[axis]!;
		return windowPlaces({ size: inputShape[axis]!, window, stride: strides[axis]!, padding }).places;
	}) as [number, number];
	if (down < 1 || across < 1) {
		const size = `${windows[0]} × ${windows[1]}`;
		throw new LayerFault(
			`has a window of ${size}, larger than its input ${written(inputShape)}: use a smaller one or padding "same"`,
		);
	}
	return [down, across];
}

function image(shape: readonly number[]): readonly [number, number, number] {
	if (shape.length !== 3) {
		throw new LayerFault(`needs an image [height, width, channels], but gets ${written(shape)}`);
	}
	return shape as [number, number, number];
}

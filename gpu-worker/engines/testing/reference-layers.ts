import { dropoutMask, layerWords } from '../dropout.ts';
import type { LayerSpec } from '../port.ts';

/** One example at one place of a network; images in rows of pixels, the channels of a pixel together. */
export interface Activation {
	shape: readonly number[];
	values: Float64Array;
}

/** The parameters of the layer at hand, such as `weight`. */
type OwnParameters = (name: string) => Float64Array;

/** Is told distances from a point where the layer has no derivative. */
type Kink = (distance: number) => void;

/** What training adds to the layers: where kinks are reported, and the random word of each example. */
export interface TrainingContext {
	kink: Kink;
	words: Int32Array;
	/** Before the names of the layers: `residual1/` inside of that block. */
	prefix?: string;
}

/**
 * What layers make of a batch in training, in plain loops, written apart from the engines as the standard that they are held to.
 * A parameter's name begins with kind and number of its layer. What dropout drops is not written again, only what it does with it.
 */
export function applyLayers(
	layers: readonly LayerSpec[],
	batch: readonly Activation[],
	parameter: OwnParameters,
	context: TrainingContext,
): Activation[] {
	const { kink, words, prefix = '' } = context;
	const counts = new Map<string, number>();
	let xs = [...batch];
	for (const layer of layers) {
		const number = (counts.get(layer.kind) ?? 0) + 1;
		counts.set(layer.kind, number);
		const own: OwnParameters = (name) => parameter(`${layer.kind}${number}/${name}`);
		const name = `${prefix}${layer.kind}${number}`;
		if (layer.kind === 'batchNorm') xs = applyBatchNorm(layer, xs, own);
		else if (layer.kind === 'dropout') xs = applyDropout(layerWords(name, xs[0]!.values.length), layer.rate, xs, words);
		else if (layer.kind === 'residual') xs = applyResidual(layer.layers, xs, own, { ...context, prefix: `${name}/` });
		else xs = xs.map((x) => applyLayer(layer, x, own, kink));
	}
	return xs;
}

function applyLayer(
	layer: Exclude<LayerSpec, { kind: 'batchNorm' | 'dropout' | 'residual' }>,
	x: Activation,
	own: OwnParameters,
	kink: Kink,
): Activation {
	const each = (f: (value: number) => number): Activation => ({ ...x, values: x.values.map(f) });
	switch (layer.kind) {
		case 'dense':
			return dense(layer.units, x, own);
		case 'conv2d':
			return conv2d(layer, x, own);
		case 'maxPool':
			return overWindows(layer.poolSize, layer, x, (values) => largest(values, kink));
		case 'avgPool':
			return overWindows(layer.poolSize, layer, x, mean);
		case 'globalAvgPool': {
			const [height, width] = x.shape as [number, number];
			const whole = { strides: [1, 1], padding: 'valid' } as const;
			const { shape, values } = overWindows([height, width], whole, x, mean);
			return { shape: [shape[2]!], values };
		}
		case 'flatten':
			return { ...x, shape: [x.values.length] };
		case 'relu':
			x.values.forEach((value) => {
				kink(Math.abs(value));
			});
			return each((value) => Math.max(value, 0));
		case 'leakyRelu':
			x.values.forEach((value) => {
				kink(Math.abs(value));
			});
			return each((value) => (value > 0 ? value : layer.negativeSlope * value));
		case 'gelu':
			return each((value) => value * normalDistribution(value));
		case 'tanh':
			return each(Math.tanh);
		case 'sigmoid':
			return each((value) => 1 / (1 + Math.exp(-value)));
		case 'layerNorm':
			return layerNorm(layer.epsilon, x, own);
	}
}

function dense(units: number, x: Activation, own: OwnParameters): Activation {
	const weight = own('weight');
	const y = Float64Array.from(own('bias'));
	for (const [i, value] of x.values.entries()) {
		for (let j = 0; j < units; j++) y[j]! += value * weight[i * units + j]!;
	}
	return { shape: [units], values: y };
}

function layerNorm(epsilon: number, x: Activation, own: OwnParameters): Activation {
	const channels = x.shape.at(-1)!;
	const [scale, offset] = [own('scale'), own('offset')];
	const values = x.values.map((value, index) => {
		const channel = index % channels;
		const pixel = [...x.values.subarray(index - channel, index - channel + channels)];
		return normalized(value, pixel, epsilon) * scale[channel]! + offset[channel]!;
	});
	return { ...x, values };
}

/** Each example by itself times its row of the mask. */
function applyDropout(layer: Int32Array, rate: number, batch: readonly Activation[], words: Int32Array): Activation[] {
	return batch.map((x, row) => {
		const mask = dropoutMask(words.subarray(row, row + 1), layer, rate);
		return { ...x, values: x.values.map((value, index) => (mask[index] === 0 ? 0 : value / (1 - rate))) };
	});
}

/** The only layer in which one example depends on another: on all, or on those of its ghost batch. */
function applyBatchNorm(
	layer: LayerSpec & { kind: 'batchNorm' },
	batch: readonly Activation[],
	own: OwnParameters,
): Activation[] {
	const { epsilon, ghostBatchSize = batch.length } = layer;
	if (batch.length > ghostBatchSize) {
		const [ghost, others] = [batch.slice(0, ghostBatchSize), batch.slice(ghostBatchSize)];
		return [...applyBatchNorm(layer, ghost, own), ...applyBatchNorm(layer, others, own)];
	}
	const channels = batch[0]!.shape.at(-1)!;
	const [scale, offset] = [own('scale'), own('offset')];
	const columns = Array.from({ length: channels }, (_, channel) =>
		batch.flatMap(({ values }) => [...values].filter((_value, index) => index % channels === channel)),
	);
	return batch.map((x) => ({
		...x,
		values: x.values.map((value, index) => {
			const channel = index % channels;
			return normalized(value, columns[channel]!, epsilon) * scale[channel]! + offset[channel]!;
		}),
	}));
}

/** Every second pixel and so on, times the shortcut's weights, where the block changes the shape. */
function applyResidual(
	layers: readonly LayerSpec[],
	batch: readonly Activation[],
	own: OwnParameters,
	context: TrainingContext,
): Activation[] {
	const through = applyLayers(layers, batch, own, context);
	return through.map(({ shape, values }, index) => {
		const x = batch[index]!;
		if (shape.join() === x.shape.join()) return { shape, values: values.map((value, i) => value + x.values[i]!) };
		const shortcut: OwnParameters = (name) => own(`shortcut/${name}`);
		const strides = [Math.ceil(x.shape[0]! / shape[0]!), Math.ceil(x.shape[1]! / shape[1]!)] as [number, number];
		const past =
			shape.length === 1
				? dense(shape[0]!, x, shortcut)
				: conv2d(
						{
							kind: 'conv2d',
							filters: shape[2]!,
							kernelSize: [1, 1],
							strides,
							padding: 'same',
							groups: 1,
							initializer: 'heNormal',
						},
						x,
						shortcut,
					);
		return { shape, values: values.map((value, i) => value + past.values[i]!) };
	});
}

function normalized(value: number, among: number[], epsilon: number): number {
	const centre = mean(among);
	return (value - centre) / Math.sqrt(mean(among.map((other) => (other - centre) ** 2)) + epsilon);
}

type Sliding = Pick<LayerSpec & { kind: 'conv2d' }, 'strides' | 'padding'>;

/** Pixels [y, x] of the windows, in rows; those outside of the image are left out. */
function windows(
	size: readonly [number, number],
	[height, width]: readonly number[],
	{ strides, padding }: Sliding,
): { places: [number, number]; seen: { pixel: [number, number]; tap: [number, number] }[][] } {
	const axis = (image: number, window: number, stride: number) => {
		if (padding === 'valid') return { places: Math.floor((image - window + stride) / stride), before: 0 };
		const places = Math.ceil(image / stride);
		return { places, before: Math.floor(Math.max(0, (places - 1) * stride + window - image) / 2) };
	};
	const [rows, columns] = [axis(height!, size[0], strides[0]), axis(width!, size[1], strides[1])];
	const seen = [];
	for (let row = 0; row < rows.places; row++) {
		for (let column = 0; column < columns.places; column++) {
			const window: { pixel: [number, number]; tap: [number, number] }[] = [];
			for (let a = 0; a < size[0]; a++) {
				for (let b = 0; b < size[1]; b++) {
					const y = row * strides[0] - rows.before + a;
					const x = column * strides[1] - columns.before + b;
					if (y >= 0 && x >= 0 && y < height! && x < width!) window.push({ pixel: [y, x], tap: [a, b] });
				}
			}
			seen.push(window);
		}
	}
	return { places: [rows.places, columns.places], seen };
}

function overWindows(
	size: readonly [number, number],
	sliding: Sliding,
	x: Activation,
	reduce: (values: number[]) => number,
): Activation {
	const [, width, channels] = x.shape as [number, number, number];
	const { places, seen } = windows(size, x.shape, sliding);
	const values = seen.flatMap((window) =>
		Array.from({ length: channels }, (_, channel) =>
			reduce(window.map(({ pixel: [row, column] }) => x.values[(row * width + column) * channels + channel]!)),
		),
	);
	return { shape: [...places, channels], values: Float64Array.from(values) };
}

function conv2d(layer: LayerSpec & { kind: 'conv2d' }, x: Activation, own: OwnParameters): Activation {
	const { filters, groups, kernelSize } = layer;
	const [, width, channels] = x.shape as [number, number, number];
	const [inner, outer] = [channels / groups, filters / groups];
	const [weight, bias] = [own('weight'), own('bias')];
	const { places, seen } = windows(kernelSize, x.shape, layer);
	const values = seen.flatMap((window) =>
		Array.from({ length: filters }, (_, filter) => {
			let sum = bias[filter]!;
			for (const { pixel, tap } of window) {
				for (let c = 0; c < inner; c++) {
					const channel = Math.floor(filter / outer) * inner + c;
					const w = weight[((tap[0] * kernelSize[1] + tap[1]) * inner + c) * filters + filter]!;
					sum += w * x.values[(pixel[0] * width + pixel[1]) * channels + channel]!;
				}
			}
			return sum;
		}),
	);
	return { shape: [...places, filters], values: Float64Array.from(values) };
}

/** Where two pixels are nearly equal, a small step may change which one is the largest. Exact ties move together. */
function largest(values: number[], kink: Kink): number {
	const max = Math.max(...values);
	for (const value of values) if (value < max) kink((max - value) / 2);
	return max;
}

function mean(values: number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Φ(x) by its Taylor series around 0: exact to 1e-13 for |x| < 6. */
function normalDistribution(x: number): number {
	if (Math.abs(x) > 6) return x > 0 ? 1 : 0;
	let term = x;
	let sum = x;
	for (let n = 1; Math.abs(term) > 1e-17 && n < 400; n++) {
		term *= (-x * x) / (2 * n);
		sum += term / (2 * n + 1);
	}
	return 0.5 + sum / Math.sqrt(2 * Math.PI);
}

import type { Rows } from '../../datasets/dataset.ts';
import type { Architecture, NamedArray } from '../port.ts';
import { Random } from '../random.ts';
import { type Activation, applyLayers } from './reference-layers.ts';

/** θ or m in 64 bits, by parameter name. */
export type Vectors = Map<string, Float64Array>;

export type ReferenceLoss = (logits: Float64Array, label: number) => number;

/** −log softmax(z) at the label. */
export function crossEntropy(z: Float64Array, label: number): number {
	const max = Math.max(...z);
	return max + Math.log(z.reduce((sum, value) => sum + Math.exp(value - max), 0)) - z[label]!;
}

/** A plain 64-bit network, written apart from the engines as the standard that they are held to. */
export class ReferenceNetwork {
	readonly #architecture: Architecture;
	readonly #loss: ReferenceLoss;
	#nearestKink = Number.POSITIVE_INFINITY;

	/** The smallest distance so far from a point without derivative, such as 0 of a relu: nearer than a step, a difference says nothing of the gradient. */
	get nearestKink(): number {
		return this.#nearestKink;
	}

	/** @param loss of one example, from its logits and its label */
	constructor(architecture: Architecture, loss: ReferenceLoss = crossEntropy) {
		this.#architecture = architecture;
		this.#loss = loss;
	}

	logits(parameters: Vectors, rows: Rows, row: number): Activation['values'] {
		return this.#forward(parameters, rows, Int32Array.of(row), new Int32Array(1))[0]!;
	}

	/** Loss and hits, summed over `batch`. @param words of its rows, for dropout */
	measure(
		parameters: Vectors,
		rows: Rows,
		batch: Int32Array,
		words: Int32Array = new Int32Array(batch.length),
	): { loss: number; correct: number } {
		let loss = 0;
		let correct = 0;
		for (const [index, z] of this.#forward(parameters, rows, batch, words).entries()) {
			const max = Math.max(...z);
			const label = rows.labels[batch[index]!]!;
			loss += this.#loss(z, label);
			if (z.indexOf(max) === label) correct++;
		}
		return { loss, correct };
	}

	/** The logits of a batch, as in training. */
	#forward(parameters: Vectors, rows: Rows, batch: Int32Array, words: Int32Array): Activation['values'][] {
		const { inputShape, inputScale, layers } = this.#architecture;
		const width = inputShape.reduce((product, size) => product * size, 1);
		const xs = [...batch].map((row): Activation => {
			const pixels = rows.values.subarray(row * width, (row + 1) * width);
			return { shape: inputShape, values: Float64Array.from(pixels, (value) => value * inputScale) };
		});
		const kink = (distance: number) => {
			this.#nearestKink = Math.min(this.#nearestKink, distance);
		};
		return applyLayers(layers, xs, (name) => parameters.get(name)!, { kink, words }).map(({ values }) => values);
	}

	/** The gradient of the mean loss over `batch`, by central differences. @param words of its rows, for dropout */
	gradient(
		parameters: Vectors,
		rows: Rows,
		batch: Int32Array,
		words: Int32Array = new Int32Array(batch.length),
	): Vectors {
		const step = 1e-5;
		const gradient: Vectors = new Map();
		for (const [name, values] of parameters) {
			const partials = values.map((value, index) => {
				values[index] = value + step;
				const above = this.measure(parameters, rows, batch, words).loss;
				values[index] = value - step;
				const below = this.measure(parameters, rows, batch, words).loss;
				values[index] = value;
				return (above - below) / (2 * step * batch.length);
			});
			gradient.set(name, partials);
		}
		return gradient;
	}

	/** One epoch of m ← λm − ηg, θ ← θ + m, as README and product state it; changes `parameters` and `momentum`. */
	train(input: {
		parameters: Vectors;
		momentum: Vectors;
		rows: Rows;
		order: Int32Array;
		batchSize: number;
		eta: (update: number) => number;
		lambda: number;
	}): { loss: number; correct: number } {
		const { parameters, momentum, rows, order, batchSize, eta, lambda } = input;
		const sums = { loss: 0, correct: 0 };
		for (let start = 0, update = 0; start < order.length; start += batchSize, update++) {
			const batch = order.subarray(start, start + batchSize);
			const { loss, correct } = this.measure(parameters, rows, batch);
			sums.loss += loss;
			sums.correct += correct;
			for (const [name, partials] of this.gradient(parameters, rows, batch)) {
				const m = momentum.get(name)!;
				const theta = parameters.get(name)!;
				for (let i = 0; i < partials.length; i++) {
					m[i] = lambda * m[i]! - eta(update) * partials[i]!;
					theta[i]! += m[i]!;
				}
			}
		}
		return sums;
	}
}

/** Random bytes with random labels. */
export function randomRows({
	count,
	width,
	classes,
	seed,
}: Record<'count' | 'width' | 'classes' | 'seed', number>): Rows {
	const random = Random.of(seed);
	return {
		count,
		values: Uint8Array.from({ length: count * width }, () => random.below(256)),
		labels: Uint8Array.from({ length: count }, () => random.below(classes)),
	};
}

export function toVectors(arrays: ReadonlyMap<string, NamedArray>): Vectors {
	return new Map([...arrays].map(([name, { values }]) => [name, Float64Array.from(values)]));
}

/** ‖a − b‖ / max(‖a‖, ‖b‖) over all arrays together. */
export function relativeError(a: Vectors, b: Vectors): number {
	let difference = 0;
	let [normA, normB] = [0, 0];
	for (const [name, values] of a) {
		const others = b.get(name)!;
		for (let i = 0; i < values.length; i++) {
			difference += (values[i]! - others[i]!) ** 2;
			normA += values[i]! ** 2;
			normB += others[i]! ** 2;
		}
	}
	return Math.sqrt(difference) / Math.max(Math.sqrt(normA), Math.sqrt(normB), Number.MIN_VALUE);
}

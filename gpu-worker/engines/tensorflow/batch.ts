import type { Rows } from '../../datasets/dataset.ts';

/** Some rows as the network sees them, and what they are. */
export interface Batch {
	inputs: Float32Array;
	labels: Int32Array;
}

/** Reads rows out of the resident ones. TensorFlow.js has no 8-bit type: a whole data set on its side would take four times the room. */
export class BatchReader {
	readonly #rows: Rows;
	readonly #width: number;
	readonly #scale: number;

	/** @param inputScale taken in 32 bits, as the graph of the engine `onnx` has it */
	constructor(rows: Rows, inputScale: number) {
		this.#rows = rows;
		this.#width = rows.values.length / rows.count;
		this.#scale = Math.fround(inputScale);
	}

	read(indexes: Int32Array): Batch {
		const { values, labels } = this.#rows;
		const [width, scale] = [this.#width, this.#scale];
		const inputs = new Float32Array(indexes.length * width);
		let next = 0;
		for (const row of indexes) {
			for (let from = row * width, end = from + width; from < end; from++) inputs[next++] = values[from]! * scale;
		}
		return { inputs, labels: indexes.map((row) => labels[row]!) };
	}
}

/** [rows, classes]. Not `tf.oneHot`: asked for float32, that of wasm (4.22.0) writes the bits of the integer 1. */
export function targetsOf(labels: Int32Array, classes: number, { on, off }: { on: number; off: number }): Float32Array {
	const targets = new Float32Array(labels.length * classes).fill(off);
	for (const [row, label] of labels.entries()) targets[row * classes + label] = on;
	return targets;
}

import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Selection } from './datasets/split.ts';
import type { Architecture } from './engines/port.ts';

/** Examples at a time, so that memory does not grow with the data set. */
const chunk = 500;

/**
 * The accuracy of a `model.onnx` over some rows, as anyone with onnxruntime would measure it: the values times the data set's
 * scale go in, and the largest logit is the guess.
 */
export async function measureModel(
	input: Selection & { path: string; architecture: Pick<Architecture, 'inputShape' | 'inputScale'> },
): Promise<number> {
	const { path, architecture, rows, indexes } = input;
	const model = await InferenceSession.create(path);
	try {
		let hits = 0;
		for (let start = 0; start < indexes.length; start += chunk) {
			const part = indexes.subarray(start, start + chunk);
			const pixels = inputsOf(rows.values, part, architecture);
			const { logits } = await model.run({
				pixels: new Tensor('float32', pixels, [part.length, ...architecture.inputShape]),
			});
			hits += countHits(logits!.data as Float32Array, part, rows.labels);
		}
		return hits / indexes.length;
	} finally {
		await model.release();
	}
}

function inputsOf(
	values: Uint8Array | Float32Array,
	indexes: Int32Array,
	{ inputShape, inputScale }: Pick<Architecture, 'inputShape' | 'inputScale'>,
): Float32Array {
	const width = inputShape.reduce((product, size) => product * size, 1);
	// The engines multiply in 32 bits.
	const scale = Math.fround(inputScale);
	const inputs = new Float32Array(indexes.length * width);
	for (const [place, row] of indexes.entries())
		for (let i = 0; i < width; i++) inputs[place * width + i] = values[row * width + i]! * scale;
	return inputs;
}

function countHits(logits: Float32Array, indexes: Int32Array, labels: Uint8Array): number {
	const classes = logits.length / indexes.length;
	return indexes.filter((row, place) => {
		const own = logits.subarray(place * classes, (place + 1) * classes);
		return own.indexOf(Math.max(...own)) === labels[row];
	}).length;
}

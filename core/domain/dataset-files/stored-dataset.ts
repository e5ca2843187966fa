import type { CheckedDataset, Examples } from './examples.ts';
import type { NumberArray } from './number-array.ts';
import { refusal } from './refusal.ts';
import { encodeSafetensors, parseSafetensors } from './safetensors.ts';

/** The object in the bucket that holds a data set; its name is the hash of its bytes. */
export function datasetKey(sha256: string): string {
	return `datasets/${sha256}.safetensors`;
}

/** One form for every data set, whatever it was uploaded as: a safetensors file that any tool opens. */
export function encodeDataset({ inputShape, classes, inputScale, train, test }: CheckedDataset): Uint8Array {
	const arraysOf = (part: string, { values, labels, count }: Examples) =>
		[
			[`x_${part}`, { shape: [count, ...inputShape], values }],
			[`y_${part}`, { shape: [count], values: labels }],
		] as const;
	const arrays = new Map([...arraysOf('train', train), ...arraysOf('test', test)]);
	return encodeSafetensors(arrays, { format: 'basin-dataset', classes: `${classes}`, inputScale: `${inputScale}` });
}

/** Reads what `encodeDataset` wrote, without a copy. @throws BasinError `invalid_dataset` */
export function decodeDataset(bytes: Uint8Array, file: string): CheckedDataset {
	const { arrays, metadata } = parseSafetensors(bytes, file);
	const find = (name: string): NumberArray => {
		const array = arrays.get(name);
		if (!array) throw refusal(`${file} is not a data set of Basin: it has no ${name}.`);
		return array;
	};
	const part = (name: string): Examples => {
		const [inputs, labels] = [find(`x_${name}`), find(`y_${name}`)];
		const values = inputs.values as Uint8Array | Float32Array;
		return { values, labels: labels.values as Uint8Array, count: labels.shape[0]! };
	};
	return {
		inputShape: find('x_train').shape.slice(1),
		classes: Number(metadata.classes),
		inputScale: Number(metadata.inputScale),
		train: part('train'),
		test: part('test'),
	};
}

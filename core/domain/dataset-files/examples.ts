import { countOf, type NumberArray, shapeText } from './number-array.ts';
import { refusal } from './refusal.ts';

/** Classes are stored in one byte. */
export const maxClasses = 256;

/** JavaScript's own values are kept for some of them: more would not fit its heap. */
export const maxExamples = 5_000_000;

/** Checked examples, as a worker keeps them in memory. */
export interface Examples {
	values: Uint8Array | Float32Array;
	labels: Uint8Array;
	count: number;
}

/** A checked data set. */
export interface CheckedDataset {
	/** Of one example; an image is [height, width, channels]. */
	inputShape: readonly number[];
	classes: number;
	/** Multiplies a value to give what the network sees. */
	inputScale: number;
	train: Examples;
	test: Examples;
}

/** Inputs and classes as a file holds them. */
export interface RawExamples {
	inputs: NumberArray;
	labels: NumberArray;
}

export interface CheckOptions {
	/** Default: 1/255 for bytes, else 1. */
	inputScale?: number | undefined;
	/** Gives the inputs of one example another shape; default: as in the file, a grey image with one channel. */
	inputShape?: readonly number[] | undefined;
	/** The part of each class that is held out for test where the files have no test part. */
	testFraction: number;
}

/**
 * Checks shapes, classes and numbers, and makes the two parts that a worker needs.
 * @throws BasinError `invalid_dataset`, one sentence that names the array
 */
export function checkExamples(train: RawExamples, test: RawExamples | null, options: CheckOptions): CheckedDataset {
	const parts = test === null ? [train] : [train, test];
	const inputShape = resolveShape(parts, options.inputShape);
	const labels = parts.map(({ inputs, labels }) => readLabels(labels, inputs));
	const classes = countClasses(labels[0]!, labels[1] ?? null, parts);
	const isBytes = parts.every(({ inputs }) => inputs.values instanceof Uint8Array);
	const examples = parts.map(({ inputs }, index): Examples => {
		const values = isBytes ? (inputs.values as Uint8Array) : toFloats(inputs);
		return { values, labels: labels[index]!, count: labels[index]!.length };
	});
	const [first, second = null] = examples as [Examples, Examples?];
	const [trained, tested] =
		second === null ? holdOut(first, options.testFraction, train.inputs.label) : [first, second];
	return {
		inputShape,
		classes,
		inputScale: options.inputScale ?? (isBytes ? 1 / 255 : 1),
		train: trained,
		test: tested,
	};
}

function resolveShape(parts: readonly RawExamples[], wanted: readonly number[] | undefined): readonly number[] {
	const [own, other] = parts.map(({ inputs }) => {
		if (inputs.shape.length < 2 || inputs.shape.length > 4) {
			throw refusal(
				`${inputs.label} is ${shapeText(inputs.shape)}: it must be [examples, features], [examples, height, width] or [examples, height, width, channels].`,
			);
		}
		if (inputs.shape[0]! > maxExamples) {
			throw refusal(`${inputs.label} has ${inputs.shape[0]} examples; at most ${maxExamples} are taken.`);
		}
		if (inputs.shape.includes(0)) throw refusal(`${inputs.label} is ${shapeText(inputs.shape)}: it holds nothing.`);
		const [, ...shape] = inputs.shape;
		return shape.length === 2 ? [...shape, 1] : shape;
	}) as [number[], number[]?];
	if (other && other.join() !== own.join()) {
		throw refusal(
			`An example is ${shapeText(own)} in ${parts[0]!.inputs.label}, but ${shapeText(other)} in ${parts[1]!.inputs.label}.`,
		);
	}
	if (wanted === undefined) return own;
	if (countOf(wanted) !== countOf(own)) {
		throw refusal(`An example has ${countOf(own)} numbers, which cannot take the shape ${shapeText(wanted)}.`);
	}
	return wanted;
}

function readLabels({ label, shape, values }: NumberArray, inputs: NumberArray): Uint8Array {
	const isColumn = shape.length === 2 && shape[1] === 1;
	if (shape.length !== 1 && !isColumn) {
		const advice = shape.length === 2 ? ' One-hot rows become numbers by argmax.' : '';
		throw refusal(`${label} is ${shapeText(shape)}: it must be one whole number an example.${advice}`);
	}
	if (shape[0] !== inputs.shape[0]) {
		throw refusal(`${label} has ${shape[0]} classes for the ${inputs.shape[0]} examples of ${inputs.label}.`);
	}
	const labels = new Uint8Array(values.length);
	for (let index = 0; index < values.length; index++) {
		const number = Number(values[index]);
		if (!Number.isInteger(number) || number < 0 || number >= maxClasses) {
			throw refusal(
				`${label} has the class ${number} at ${index}: classes are whole numbers from 0 to ${maxClasses - 1}.`,
			);
		}
		labels[index] = number;
	}
	return labels;
}

/** Largest class of the training part and one; nothing can learn a class that only the test part has. */
function countClasses(train: Uint8Array, test: Uint8Array | null, parts: readonly RawExamples[]): number {
	const largest = (labels: Uint8Array) => labels.reduce((max, label) => Math.max(max, label), 0);
	const classes = largest(train) + 1;
	if (classes < 2) throw refusal(`${parts[0]!.labels.label} has one class only: there is nothing to tell apart.`);
	if (test !== null && largest(test) >= classes) {
		throw refusal(
			`${parts[1]!.labels.label} has the class ${largest(test)}, which no example of the training part has.`,
		);
	}
	return classes;
}

function toFloats({ label, values }: NumberArray): Float32Array {
	const floats = values instanceof Float32Array ? values : new Float32Array(values.length);
	for (let index = 0; index < values.length; index++) {
		const number = Number(values[index]);
		floats[index] = number;
		if (!Number.isFinite(floats[index])) {
			throw refusal(
				`${label} has ${number} at ${index}: every number must be finite${Number.isFinite(number) ? ' as float32' : ''}.`,
			);
		}
	}
	return floats;
}

/** Takes the same part of every class, evenly over the file, so that a sorted file and a mixed one are split alike. */
function holdOut(all: Examples, fraction: number, label: string): [Examples, Examples] {
	const seen = new Map<number, number>();
	const kept: number[] = [];
	const held: number[] = [];
	for (const [index, own] of all.labels.entries()) {
		const before = seen.get(own) ?? 0;
		seen.set(own, before + 1);
		const isHeld = Math.floor((before + 1) * fraction) > Math.floor(before * fraction);
		(isHeld ? held : kept).push(index);
	}
	if (held.length === 0) {
		throw refusal(`${label} has too few examples to hold out ${fraction} of each class for test: add a test part.`);
	}
	return [select(all, kept), select(all, held)];
}

function select({ values, labels, count }: Examples, indexes: readonly number[]): Examples {
	const width = values.length / count;
	const own =
		values instanceof Uint8Array ? new Uint8Array(indexes.length * width) : new Float32Array(indexes.length * width);
	for (const [place, index] of indexes.entries())
		own.set(values.subarray(index * width, (index + 1) * width), place * width);
	return { values: own, labels: Uint8Array.from(indexes, (index) => labels[index]!), count: indexes.length };
}

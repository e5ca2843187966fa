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

/** Examples as they rest in memory for the whole life of a process: one byte a value, one label an example. */
export interface Rows {
	/** `count × product(inputShape)` bytes. */
	values: Uint8Array;
	labels: Uint8Array;
	count: number;
}

export interface Dataset {
	name: string;
	/** Of one example, without the batch dimension. */
	inputShape: readonly number[];
	classes: number;
	/** Multiplies a byte to give what the network sees. */
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

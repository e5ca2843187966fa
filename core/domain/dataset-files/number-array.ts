/** The element types that a data set may be written in. */
export type ElementType = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'u64' | 'i64' | 'f32' | 'f64';

type Numbers =
	| Uint8Array
	| Int8Array
	| Uint16Array
	| Int16Array
	| Uint32Array
	| Int32Array
	| BigUint64Array
	| BigInt64Array
	| Float32Array
	| Float64Array;

/** An array as a file holds it: row-major, the last axis fastest. */
export interface NumberArray {
	/** How messages name it: `x_train of data.npz`. */
	label: string;
	shape: readonly number[];
	values: Numbers;
}

const constructors = {
	u8: Uint8Array,
	i8: Int8Array,
	u16: Uint16Array,
	i16: Int16Array,
	u32: Uint32Array,
	i32: Int32Array,
	u64: BigUint64Array,
	i64: BigInt64Array,
	f32: Float32Array,
	f64: Float64Array,
};

export function elementBytes(type: ElementType): number {
	return constructors[type].BYTES_PER_ELEMENT;
}

export function countOf(shape: readonly number[]): number {
	return shape.reduce((product, size) => product * size, 1);
}

/** Reads little-endian numbers; copies only where the bytes do not lie at a multiple of their size. */
export function readNumbers(type: ElementType, bytes: Uint8Array): Numbers {
	const NumberView = constructors[type];
	const size = NumberView.BYTES_PER_ELEMENT;
	const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
	return new NumberView(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.byteLength / size);
}

/** `[60000, 28, 28]` */
export function shapeText(shape: readonly number[]): string {
	return `[${shape.join(', ')}]`;
}

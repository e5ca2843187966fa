import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
	AttributeProto_AttributeType,
	type AttributeProtoSchema,
	type GraphProtoSchema,
	ModelProtoSchema,
	type NodeProtoSchema,
	TensorProto_DataType,
	type TensorProtoSchema,
	type ValueInfoProtoSchema,
} from './proto/onnx_pb.js';

type Node = MessageInitShape<typeof NodeProtoSchema>;
type Attribute = MessageInitShape<typeof AttributeProtoSchema>;
type GraphMessage = MessageInitShape<typeof GraphProtoSchema>;
type ValueInfo = MessageInitShape<typeof ValueInfoProtoSchema>;
type Tensor = MessageInitShape<typeof TensorProtoSchema>;

/** The name of a value in a graph. */
export type Value = string;

export type ElementType = 'float' | 'double' | 'uint8' | 'int32' | 'int64' | 'bool';
/** Training runs in `float`; gradient checks build the same graph in `double`. */
export type RealType = 'float' | 'double';

const elementTypes: Record<ElementType, TensorProto_DataType> = {
	float: TensorProto_DataType.FLOAT,
	double: TensorProto_DataType.DOUBLE,
	uint8: TensorProto_DataType.UINT8,
	int32: TensorProto_DataType.INT32,
	int64: TensorProto_DataType.INT64,
	bool: TensorProto_DataType.BOOL,
};

/** ONNX tells integers from floats by attribute type, JavaScript does not, so the caller says which. */
interface Attributes {
	int?: Record<string, number | readonly number[]>;
	float?: Record<string, number>;
	graph?: Record<string, GraphMessage>;
}

/** A value whose shape is known. */
export interface Sized {
	value: Value;
	shape: readonly number[];
	/** The graph's real type when left out. */
	type?: ElementType;
}

/** What a scan goes over: `scanned` with the shape of one slice, `collected` with the shape that each iteration answers. */
interface ScanShapes {
	carried: readonly Sized[];
	scanned: readonly Sized[];
	collected: readonly (readonly number[])[];
}

export interface ScanBody {
	carried: Value[];
	/** Stacked over the iterations along a new first axis. */
	collected: Value[];
}

/** Opset 21 is what onnxruntime has had since 1.18; IR version 10 belongs to it. */
const opset = 21n;
const irVersion = 10n;

/** Collects the nodes of one ONNX graph. Bodies of loops are graphs too and see the values of the graph around them. */
export class Graph {
	readonly real: RealType;
	readonly #nextName: () => number;
	readonly #nodes: Node[] = [];
	readonly #initializers: Tensor[] = [];
	readonly #inputs: ValueInfo[] = [];
	readonly #outputs: ValueInfo[] = [];

	constructor(real: RealType = 'float', nextName?: () => number) {
		let names = 0;
		this.real = real;
		this.#nextName = nextName ?? (() => names++);
	}

	/** A dimension that is a string is free, and equal wherever the string is. */
	input(name: string, type: ElementType, shape: readonly (number | string)[]): Value {
		this.#inputs.push(valueInfo(name, type, shape));
		return name;
	}

	output(name: string, value: Value, type: ElementType, shape: readonly (number | string)[]): void {
		this.#nodes.push({ opType: 'Identity', input: [value], output: [name] });
		this.#outputs.push(valueInfo(name, type, shape));
	}

	node(opType: string, input: readonly Value[], attributes: Attributes = {}): Value {
		const output = this.#name(opType);
		this.#nodes.push({ opType, input: [...input], output: [output], attribute: attributeList(attributes) });
		return output;
	}

	/** Stores numbers in the file under `name`, as weights are. */
	weights(name: string, values: Float32Array, shape: readonly number[]): Value {
		this.#initializers.push(rawTensor(name, 'float', shape, values));
		return name;
	}

	constant(values: number | readonly number[], type: ElementType = this.real, shape?: readonly number[]): Value {
		const list = typeof values === 'number' ? [values] : values;
		const dims = shape ?? (typeof values === 'number' ? [] : [values.length]);
		const name = this.#name('constant');
		this.#initializers.push(rawTensor(name, type, dims, typedArray(type, list)));
		return name;
	}

	cast(value: Value, type: ElementType): Value {
		return this.node('Cast', [value], { int: { to: elementTypes[type] } });
	}

	reshape(value: Value, shape: readonly number[]): Value {
		return this.node('Reshape', [value, this.constant(shape, 'int64')]);
	}

	/**
	 * Runs `body` for each slice of `scanned`; the carried values that it answers replace those that came in, of the same shape. A Scan, as
	 * that reads its slices where they lie and writes the carried values into two buffers in turns: 5 % of an update less than a Loop at B = 1.
	 */
	scan(
		{ carried, scanned, collected }: ScanShapes,
		body: (graph: Graph, carried: Value[], slices: Value[]) => ScanBody,
	): ScanBody {
		const inner = new Graph(this.real, this.#nextName);
		const before = carried.map(({ shape }) => inner.input(this.#name('carried'), this.real, shape));
		const slices = scanned.map(({ type, shape }) => inner.input(this.#name('slice'), type ?? this.real, shape));
		const after = body(inner, before, slices);
		const shapes = [...carried.map(({ shape }) => shape), ...collected];
		for (const [index, value] of [...after.carried, ...after.collected].entries()) {
			inner.#outputs.push(valueInfo(inner.#result(value), this.real, shapes[index]!));
		}
		const output = shapes.map(() => this.#name('scan'));
		this.#nodes.push({
			opType: 'Scan',
			input: [...carried, ...scanned].map(({ value }) => value),
			output,
			attribute: attributeList({ graph: { body: inner.#message('body') }, int: { num_scan_inputs: scanned.length } }),
		});
		return { carried: output.slice(0, carried.length), collected: output.slice(carried.length) };
	}

	/** The bytes of an ONNX model file. */
	serialize(name: string, metadata: Record<string, string> = {}): Uint8Array {
		const model = create(ModelProtoSchema, {
			irVersion,
			opsetImport: [{ domain: '', version: opset }],
			producerName: 'basin',
			graph: this.#message(name),
			metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
		});
		return toBinary(ModelProtoSchema, model);
	}

	#message(name: string): GraphMessage {
		return {
			name,
			node: this.#nodes,
			initializer: this.#initializers,
			input: this.#inputs,
			output: this.#outputs,
		};
	}

	/**
	 * A name that may be an output of this graph. A value that a node of it makes keeps its own: onnxruntime copies an Identity of what
	 * is read elsewhere too, 12 of 75 µs an update for 784 × 128 momenta at B = 1.
	 */
	#result(value: Value): Value {
		const own = this.#nodes.some(({ output }) => output?.includes(value));
		return own && !this.#outputs.some(({ name }) => name === value) ? value : this.node('Identity', [value]);
	}

	#name(prefix: string): string {
		return `${prefix}_${this.#nextName()}`;
	}
}

function valueInfo(name: string, type: ElementType, shape: readonly (number | string)[]): ValueInfo {
	const dim = shape.map((size) =>
		typeof size === 'string'
			? { value: { case: 'dimParam' as const, value: size } }
			: { value: { case: 'dimValue' as const, value: BigInt(size) } },
	);
	return {
		name,
		type: {
			value: { case: 'tensorType', value: { elemType: elementTypes[type], shape: { dim } } },
		},
	};
}

function attributeList({ int = {}, float = {}, graph = {} }: Attributes): Attribute[] {
	const type = AttributeProto_AttributeType;
	return [
		...Object.entries(int).map(([name, value]) =>
			typeof value === 'number'
				? { name, type: type.INT, i: BigInt(value) }
				: { name, type: type.INTS, ints: value.map(BigInt) },
		),
		...Object.entries(float).map(([name, f]) => ({ name, type: type.FLOAT, f })),
		...Object.entries(graph).map(([name, g]) => ({ name, type: type.GRAPH, g })),
	];
}

function typedArray(type: ElementType, list: readonly number[]) {
	if (type === 'float') return Float32Array.from(list);
	if (type === 'double') return Float64Array.from(list);
	if (type === 'int32') return Int32Array.from(list);
	if (type === 'int64') return BigInt64Array.from(list, BigInt);
	return Uint8Array.from(list);
}

function rawTensor(
	name: string,
	type: ElementType,
	shape: readonly number[],
	values: { buffer: ArrayBufferLike; byteOffset: number; byteLength: number },
): Tensor {
	return {
		name,
		dataType: elementTypes[type],
		dims: shape.map(BigInt),
		rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
	};
}

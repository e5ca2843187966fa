import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Rows } from '../../datasets/dataset.ts';
import { afterEpoch, buildEpochGraph, type EpochGraphSpec, stateName } from '../onnx/epoch-graph.ts';
import type { UpdateRule } from '../onnx/optimizers/optimizer.ts';
import type { Vectors } from './reference.ts';

/** θ and slots in 64 bits. */
export interface DoubleState {
	parameters: Vectors;
	slots: ReadonlyMap<string, Vectors>;
}

/** Runs epochs of the graph that the engine `onnx` trains with, built in 64 bits. */
export async function openDoubleEpoch(spec: Omit<EpochGraphSpec, 'optimizer' | 'real'>, rule: UpdateRule) {
	const graph = buildEpochGraph({ ...spec, optimizer: rule.build, real: 'double' });
	const session = await InferenceSession.create(graph.serialize('test'), { logSeverityLevel: 3 });
	const { parameters } = spec.network;
	const updates = Math.ceil(spec.rowsPerEpoch / spec.batchSize);

	async function run(input: {
		state: DoubleState;
		rows: Rows;
		order: Int32Array;
		etas: number[];
		done: number;
		words?: Int32Array;
	}) {
		const { state, rows, order, etas, done, words } = input;
		const feeds: Record<string, Tensor> = {
			values: new Tensor('uint8', rows.values, [rows.count, ...spec.inputShape]),
			labels: new Tensor('uint8', rows.labels, [rows.count]),
			order: new Tensor('int32', order, [order.length]),
			eta: doubles(etas),
		};
		if (spec.network.isRandom && words) feeds.words = new Tensor('int32', words, [words.length]);
		for (const [name, value] of Object.entries(rule.inputs(done, updates))) feeds[name] = doubles(value);
		for (const slot of ['', ...rule.slots]) {
			const arrays = slot === '' ? state.parameters : state.slots.get(slot)!;
			for (const { name, shape } of parameters) {
				feeds[stateName(name, slot)] = new Tensor('float64', arrays.get(name)!, shape);
			}
		}
		const outputs = await session.run(feeds);
		const read = (slot = ''): Vectors =>
			new Map(parameters.map(({ name }) => [name, outputs[afterEpoch(stateName(name, slot))]!.data as Float64Array]));
		return {
			state: { parameters: read(), slots: new Map(rule.slots.map((slot) => [slot, read(slot)])) },
			losses: outputs.loss!.data as Float64Array,
		};
	}
	return { run, close: () => session.release() };
}

function doubles(values: number | number[]): Tensor {
	return typeof values === 'number'
		? new Tensor('float64', Float64Array.of(values), [])
		: new Tensor('float64', Float64Array.from(values), [values.length]);
}

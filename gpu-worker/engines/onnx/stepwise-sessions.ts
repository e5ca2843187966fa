import type { Tensor } from 'onnxruntime-node';
import type { Architecture } from '../port.ts';
import { afterEpoch, buildEpochGraph, type EpochGraphSpec, inputValues, stateName } from './epoch-graph.ts';
import { Graph } from './graph.ts';
import type { Upload } from './resident.ts';
import type { Sessions } from './sessions.ts';
import { StepwiseEpoch } from './stepwise-epoch.ts';

/** Compiles one update as an epoch of a single batch, uncut: blocks would be a loop again. */
export async function openStepwise(input: {
	sessions: Sessions;
	graph: EpochGraphSpec;
	slots: readonly string[];
	/** Of the update rule, the network and the loss. */
	key: readonly unknown[];
	pooled: boolean;
}): Promise<StepwiseEpoch> {
	const { sessions, graph, slots, key, pooled } = input;
	const { network, batchSize, rowsPerEpoch } = graph;
	const state = ['', ...slots].flatMap((slot) =>
		network.parameters.map(({ name, shape }) => ({ name: stateName(name, slot), shape })),
	);
	const onGpu = state.map(({ name }) => afterEpoch(name));
	const updateOf = (rows: number) =>
		sessions.get(
			JSON.stringify(['update', ...key, rows]),
			pooled,
			() => buildEpochGraph({ ...graph, batchSize: rows, rowsPerEpoch: rows, blockRows: rows }).serialize('update'),
			onGpu,
		);
	const download = () => {
		const copies = new Graph();
		for (const { name, shape } of state) {
			copies.output(afterEpoch(name), copies.input(name, 'float', shape), 'float', shape);
		}
		return copies.serialize('download');
	};
	const rest = rowsPerEpoch % batchSize;
	return new StepwiseEpoch({
		batchSize,
		rowsPerEpoch,
		stateNames: state.map(({ name }) => name),
		update: await updateOf(batchSize),
		rest: rest === 0 ? null : await updateOf(rest),
		download: await sessions.get(JSON.stringify(['download', state]), pooled, download),
	});
}

/** Copies the rows of a data set to the GPU, where they stay. */
export async function openUpload(sessions: Sessions, { inputShape, inputType }: Architecture): Promise<Upload> {
	const build = () => {
		const graph = new Graph();
		const type = inputType === 'float32' ? 'float' : 'uint8';
		graph.output('rows/values', inputValues(graph, inputShape, inputType), type, ['examples', ...inputShape]);
		graph.output('rows/labels', graph.input('labels', 'uint8', ['examples']), 'uint8', ['examples']);
		return graph.serialize('upload');
	};
	const names = ['rows/values', 'rows/labels'];
	const session = await sessions.get(JSON.stringify(['upload', inputShape, inputType]), true, build, names);
	return async (feeds) => {
		const rows = await session.run(feeds);
		return { values: rows['rows/values'] as Tensor, labels: rows['rows/labels'] as Tensor };
	};
}

import { blockRows } from '../blocks.ts';
import type { InputType } from '../port.ts';
import { buildChunk, chunkUpdates } from './chunk.ts';
import { Graph, type RealType, type Sized, type Value } from './graph.ts';
import type { Accumulation } from './layers/layer.ts';
import type { Loss } from './losses/loss.ts';
import type { Network } from './network.ts';
import {
	beginUpdate,
	carriedShape,
	finishUpdates,
	lossScale,
	type Optimizer,
	updatesOf,
} from './optimizers/optimizer.ts';
import { overParts, type Part, type PartResult, rangeOf } from './parts.ts';

export interface EpochGraphSpec {
	network: Network;
	loss: Loss;
	optimizer: (graph: Graph) => Optimizer;
	inputShape: readonly number[];
	inputType?: InputType | undefined;
	inputScale: number;
	classes: number;
	batchSize: number;
	rowsPerEpoch: number;
	/** That of the network, other than in tests. */
	blockRows?: number;
	/** Updates that are computed together: as many as is fastest, other than in tests. */
	chunk?: number;
	real?: RealType;
}

/** Names of the graph's inputs and outputs; `slot` is empty for the parameter itself. */
export function stateName(parameter: string, slot = ''): string {
	return slot === '' ? parameter : `${slot}/${parameter}`;
}
export const afterEpoch = (name: string) => `next/${name}`;

/**
 * A whole epoch as one graph: a scan over the batches in which θ and the optimiser's slots are carried, and the last, smaller
 * batch after it. Images are gathered from the resident bytes by `order`, cast and scaled inside. Losses are computed once, after
 * the scan, from the logits that each batch had before its own update: 0.008 ms an update cheaper at B = 1 than inside.
 */
export function buildEpochGraph(spec: EpochGraphSpec): Graph {
	const { network, loss, inputShape, classes, batchSize, rowsPerEpoch } = spec;
	const graph = new Graph(spec.real);
	const real = graph.real;
	const values = inputValues(graph, inputShape, spec.inputType);
	const labels = graph.input('labels', 'uint8', ['examples']);
	const order = graph.input('order', 'int32', [rowsPerEpoch]);
	const words = network.isRandom ? graph.input('words', 'int32', [rowsPerEpoch]) : null;
	const updates = Math.ceil(rowsPerEpoch / batchSize);
	const eta = graph.input('eta', real, [updates]);
	const optimizer = spec.optimizer(graph);
	const names = ['', ...optimizer.slots];
	const state = names.flatMap((slot) =>
		network.parameters.map((parameter) => {
			const { name, shape } = parameter;
			return {
				value: graph.reshape(graph.input(stateName(name, slot), real, shape), carriedShape(parameter)),
				parameter,
			};
		}),
	);
	const epochLabels = graph.cast(graph.node('Gather', [labels, order]), 'int64');
	const targets = loss.targets(graph, epochLabels);
	const whole: Part = { rows: rowsPerEpoch, order, words, targets, steps: { eta, index: rangeOf(graph, updates) } };
	const carried = state.map(({ value, parameter }): Sized => ({ value, shape: carriedShape(parameter) }));

	const sizes = { batchSize, classes };
	const batches = (g: Graph, part: Part, inside: readonly Sized[]) =>
		overParts(g, part, { ...sizes, size: batchSize }, inside, (g, batch, inside) =>
			update(g, spec, optimizer, batch, values, inside),
		);
	const together = spec.chunk ?? chunkUpdates({ network, optimizer, batchSize, updates });
	const epoch =
		together === 1
			? batches(graph, whole, carried)
			: overParts(graph, whole, { ...sizes, size: together * batchSize }, carried, (g, part, inside) => {
					if (part.rows < together * batchSize) return batches(g, part, sizedAs(carried, inside));
					const input = gatherInput(g, values, part.order, spec.inputScale);
					return buildChunk(g, { ...spec, optimizer, input, part, carried: inside, updates: together });
				});

	for (const [index, value] of epoch.carried.entries()) {
		const { name, shape } = network.parameters[index % network.parameters.length]!;
		const slot = names[Math.floor(index / network.parameters.length)]!;
		graph.output(afterEpoch(stateName(name, slot)), graph.reshape(value, shape), real, shape);
	}
	outputMeasures(graph, loss, epoch.logits, targets, epochLabels);
	return graph;
}

/** The outputs `loss` and `hit` of every row: whether the largest logit is the true class. */
export function outputMeasures(graph: Graph, loss: Loss, logits: Value, targets: Value, labels: Value): void {
	const guess = graph.node('ArgMax', [logits], { int: { axis: 1, keepdims: 0 } });
	graph.output('loss', loss.perExample(graph, logits, targets), graph.real, ['rows']);
	graph.output('hit', graph.node('Equal', [guess, labels]), 'bool', ['rows']);
}

/** The resident rows of the data set, whose shape is that of one example. */
export function inputValues(graph: Graph, shape: readonly number[], type: InputType = 'uint8'): Value {
	return graph.input('values', type === 'uint8' ? 'uint8' : 'float', ['examples', ...shape]);
}

/** Reads some of the resident rows as the network's input. */
export function gatherInput(graph: Graph, values: Value, rows: Value, inputScale: number): Value {
	const pixels = graph.cast(graph.node('Gather', [values, rows]), graph.real);
	return inputScale === 1 ? pixels : graph.node('Mul', [pixels, graph.constant(inputScale)]);
}

/** One update of θ: the batch whole, or in blocks whose gradients are summed. */
function update(
	graph: Graph,
	spec: EpochGraphSpec,
	optimizer: Optimizer,
	batch: Part,
	values: Value,
	carried: Value[],
): PartResult {
	const { network, loss, classes, batchSize, inputScale } = spec;
	const step = batch.steps!;
	const scale = lossScale(graph, optimizer, step.eta, batch.rows);
	const updates = updatesOf(graph, network.parameters, optimizer, carried, step);
	const parameters = updates.map(({ parameter }) => parameter);
	const limit = spec.blockRows ?? network.blockRows;
	const size = blockRows(batch.rows, { limit, together: network.rowsTogether });
	const start = updates.map((one) => {
		const begun = beginUpdate(optimizer, one);
		return size === batch.rows ? begun : decayedOnce(graph, begun);
	});
	const into = start.map(({ into }, index) => ({ value: into, shape: carriedShape(updates[index]!.spec) }));
	const { rows, order, words, targets } = batch;
	const summed = overParts(
		graph,
		{ rows, order, words, targets },
		{ batchSize, classes, size },
		into,
		(g, block, into) => {
			const input = gatherInput(g, values, block.order, inputScale);
			const activations = network.forward(g, input, parameters, block);
			const logits = activations.at(-1)!.output;
			const gradient = loss.gradient(g, logits, block.targets, scale);
			const accumulations = start.map(({ decay, scale }, index) => ({ into: into[index]!, decay, scale }));
			return { carried: network.backward(g, block.rows, activations, parameters, gradient, accumulations), logits };
		},
	);
	return { carried: finishUpdates(optimizer, updates, summed.carried), logits: summed.logits };
}

/** For blocks, which add one after the other: a decay folded into the products would happen once for each. */
function decayedOnce(graph: Graph, { into, decay, scale }: Accumulation): Accumulation {
	if (decay === 1) return { into, decay, scale };
	return { into: graph.node('Mul', [into, graph.constant(decay)]), decay: 1, scale };
}

function sizedAs(known: readonly Sized[], values: readonly Value[]): Sized[] {
	return known.map((one, index) => ({ ...one, value: values[index]! }));
}

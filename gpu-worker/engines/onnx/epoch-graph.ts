import { blockRows } from '../blocks.ts';
import type { InputType } from '../port.ts';
import type { ElementType, Value } from './graph.ts';
import { Graph, type RealType } from './graph.ts';
import type { Accumulation } from './layers/layer.ts';
import type { Loss } from './losses/loss.ts';
import type { Network } from './network.ts';
import type { Optimizer, Update } from './optimizers/optimizer.ts';

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
	real?: RealType;
}

/** Rows of the data set, their words and their targets, one after the other. */
interface Part {
	rows: number;
	order: Value;
	/** What dropout draws from; null where nothing is drawn. */
	words: Value | null;
	targets: Value;
}

type PartBody = (graph: Graph, part: Part, index: Value, carried: Value[]) => { carried: Value[]; logits: Value };

/** Names of the graph's inputs and outputs; `slot` is empty for the parameter itself. */
export function stateName(parameter: string, slot = ''): string {
	return slot === '' ? parameter : `${slot}/${parameter}`;
}
export const afterEpoch = (name: string) => `next/${name}`;

/**
 * A whole epoch as one graph: a loop over the batches in which θ and the optimiser's slots are carried, and the last, smaller
 * batch after it. Images are gathered from the resident bytes by `order`, cast and scaled inside. Losses are computed once, after
 * the loop, from the logits that each batch had before its own update: 0.008 ms an update cheaper at B = 1 than inside.
 */
export function buildEpochGraph(spec: EpochGraphSpec): Graph {
	const { network, loss, inputShape, classes, batchSize, rowsPerEpoch } = spec;
	const graph = new Graph(spec.real);
	const real = graph.real;
	const values = inputValues(graph, inputShape, spec.inputType);
	const labels = graph.input('labels', 'uint8', ['examples']);
	const order = graph.input('order', 'int32', [rowsPerEpoch]);
	const words = network.isRandom ? graph.input('words', 'int32', [rowsPerEpoch]) : null;
	const eta = graph.input('eta', real, [Math.ceil(rowsPerEpoch / batchSize)]);
	const optimizer = spec.optimizer(graph);
	const names = ['', ...optimizer.slots];
	const state = names.flatMap((slot) =>
		network.parameters.map(({ name, shape }) => graph.input(stateName(name, slot), real, shape)),
	);
	const epochLabels = graph.cast(graph.node('Gather', [labels, order]), 'int64');
	const targets = loss.targets(graph, epochLabels);

	const epoch = overParts(
		graph,
		{ rows: rowsPerEpoch, order, words, targets },
		batchSize,
		classes,
		state,
		(g, batch, index, carried) => {
			const step = { eta: g.node('Gather', [eta, index]), index };
			return update(g, spec, optimizer, batch, values, step, carried);
		},
	);

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
	step: { eta: Value; index: Value },
	carried: Value[],
): { carried: Value[]; logits: Value } {
	const { network, loss, classes, inputScale } = spec;
	const mean = graph.constant(1 / batch.rows);
	const scale = optimizer.wantsEtaInGradient ? graph.node('Mul', [step.eta, mean]) : mean;
	const count = network.parameters.length;
	const parameters = carried.slice(0, count);
	const updates = parameters.map((parameter, index): Update => {
		const slots = optimizer.slots.map((_, slot) => carried[(slot + 1) * count + index]!);
		return { graph, spec: network.parameters[index]!, parameter, slots, ...step };
	});
	const limit = spec.blockRows ?? network.blockRows;
	const size = blockRows(batch.rows, { limit, together: network.rowsTogether });
	const start = updates.map((one) => {
		if (one.spec.counted) return { into: one.parameter, decay: 1, scale: 1 } as const;
		const begun = optimizer.begin(one);
		return size === batch.rows ? begun : decayedOnce(graph, begun);
	});
	const summed = overParts(
		graph,
		batch,
		size,
		classes,
		start.map(({ into }) => into),
		(g, block, _index, into) => {
			const input = gatherInput(g, values, block.order, inputScale);
			const activations = network.forward(g, input, parameters, block);
			const logits = activations.at(-1)!.output;
			const gradient = loss.gradient(g, logits, block.targets, scale);
			const accumulations = start.map(({ decay, scale }, index) => ({ into: into[index]!, decay, scale }));
			return { carried: network.backward(g, block.rows, activations, parameters, gradient, accumulations), logits };
		},
	);

	const after = updates.map((one, index) => {
		const next = summed.carried[index]!;
		return one.spec.counted ? { parameter: next, slots: one.slots } : optimizer.finish(one, next);
	});
	return {
		carried: [
			...after.map(({ parameter }) => parameter),
			...optimizer.slots.flatMap((_, slot) => after.map(({ slots }) => slots[slot]!)),
		],
		logits: summed.logits,
	};
}

/** For blocks, which add one after the other: a decay folded into the products would happen once for each. */
function decayedOnce(graph: Graph, { into, decay, scale }: Accumulation): Accumulation {
	if (decay === 1) return { into, decay, scale };
	return { into: graph.node('Mul', [into, graph.constant(decay)]), decay: 1, scale };
}

/** Runs `body` over consecutive parts of `size` rows, the last of which may be smaller, and joins their logits in order. */
function overParts(graph: Graph, whole: Part, size: number, classes: number, carried: Value[], body: PartBody) {
	if (size === whole.rows) return body(graph, whole, graph.constant(0, 'int64'), carried);
	const trips = Math.floor(whole.rows / size);
	const rest = whole.rows - trips * size;
	const full = rest === 0 ? whole : slice(graph, whole, 0, trips * size);
	const order = graph.reshape(full.order, [trips, size]);
	const words = full.words && graph.reshape(full.words, [trips, size]);
	const targets = graph.reshape(full.targets, [trips, size, classes]);
	const real: ElementType = graph.real;
	const looped = graph.loop(
		trips,
		carried.map((value) => ({ value, type: real })),
		[real],
		(g, index, inside) => {
			const [own, ownTargets] = [order, targets].map((whole) => g.node('Gather', [whole, index])) as [Value, Value];
			const part = { rows: size, order: own, words: words && g.node('Gather', [words, index]), targets: ownTargets };
			const result = body(g, part, index, inside);
			return { carried: result.carried, collected: [result.logits] };
		},
	);
	const logits = graph.reshape(looped.collected[0]!, [trips * size, classes]);
	if (rest === 0) return { carried: looped.carried, logits };
	const last = body(
		graph,
		slice(graph, whole, trips * size, whole.rows),
		graph.constant(trips, 'int64'),
		looped.carried,
	);
	return { carried: last.carried, logits: graph.node('Concat', [logits, last.logits], { int: { axis: 0 } }) };
}

function slice(graph: Graph, part: Part, start: number, end: number): Part {
	const bounds = [graph.constant([start], 'int64'), graph.constant([end], 'int64'), graph.constant([0], 'int64')];
	const own = (value: Value) => graph.node('Slice', [value, ...bounds]);
	return {
		rows: end - start,
		order: own(part.order),
		words: part.words && own(part.words),
		targets: own(part.targets),
	};
}

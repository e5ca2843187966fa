import type { Graph, Sized, Value } from './graph.ts';
import { addedGradients } from './layers/gradient-product.ts';
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
import { type Part, type PartResult, rangeOf } from './parts.ts';

/**
 * Rows of a chunk: more cost in the products between the rows what they save in passes over the weights. At B = 1 an update takes
 * 21 to 23 µs with 32 to 96, 63 one by one; at B = 4 32 rows are 8 % slower than 64.
 */
const chunkRows = 64;

/**
 * Beyond it the second pair of products costs more than the passes over the weights that they save. µs an update one by one and
 * in a chunk: 78 and 37 at B = 2, 90 and 60 at B = 4, 94 and 83 at B = 6, 101 and 110 at B = 8, 115 and 151 at B = 10.
 */
const largestBatch = 6;

/** How many updates are computed together; 1 where that is not faster or cannot be. */
export function chunkUpdates(of: {
	network: Network;
	optimizer: Optimizer;
	batchSize: number;
	updates: number;
}): number {
	const { network, optimizer, batchSize, updates } = of;
	if (optimizer.recurrence === undefined || network.first === null || batchSize > largestBatch) return 1;
	const rows = Math.min(chunkRows, network.first.units);
	return Math.max(1, Math.min(Math.floor(rows / batchSize), updates));
}

/**
 * k updates, in which the weights of the first layer are read and written once: they are all of the traffic at small B. With X the
 * rows of all k batches, and θ₀, m₀ of the first layer as they are before,
 *
 *   what update j sees:  Xⱼθⱼ = Xⱼθ₀ + a(j)·Xⱼm₀ − Σ_{i<j} c(j−1−i)·XⱼXᵢᵀ·Δᵢ      (Δᵢ = η ∂L/∂z of update i)
 *   after the chunk:     θ = θ₀ + a(k)·m₀ − Σᵢ c(k−1−i)·XᵢᵀΔᵢ,   m = λᵏm₀ − Σᵢ λᵏ⁻¹⁻ⁱ·XᵢᵀΔᵢ
 *
 * where a(n) = λ + … + λⁿ and c(n) = 1 + a(n). The bias is the weight of an input that is 1. The same numbers but for rounding.
 */
export function buildChunk(
	graph: Graph,
	of: {
		network: Network;
		loss: Loss;
		optimizer: Optimizer;
		classes: number;
		batchSize: number;
		/** [updates · batchSize, …inputShape] */
		input: Value;
		part: Part;
		carried: readonly Value[];
		updates: number;
	},
): PartResult {
	const { network, optimizer, batchSize, updates: k, carried } = of;
	const { units, inputs } = network.first!;
	const { lambda } = optimizer.recurrence!;
	const count = network.parameters.length;
	const [weight, bias, ...others] = carried.slice(0, count) as [Value, Value, ...Value[]];
	const slots = optimizer.slots.map((_, slot) => carried.slice((slot + 1) * count, (slot + 2) * count));
	const velocity = slots[0];
	const rows = k * batchSize;
	const x = graph.reshape(of.input, [rows, inputs]);
	const sums = powerSums(lambda, k);
	const updateOfRow = Array.from({ length: rows }, (_, row) => Math.floor(row / batchSize));
	const column = (of: (update: number) => number) => graph.constant(updateOfRow.map(of), graph.real, [rows, 1]);

	const ahead = graph.node('Gemm', [x, weight, bias]);
	const drift = velocity && graph.node('Gemm', [x, velocity[0]!, velocity[1]!]);
	const seen = drift ? graph.node('Add', [ahead, graph.node('Mul', [drift, column((j) => sums[j]!)])]) : ahead;
	const effects = graph.constant(
		updateOfRow.flatMap((i) => updateOfRow.map((j) => (i < j ? -1 - sums[j - 1 - i]! : 0))),
		graph.real,
		[rows, rows],
	);
	const products = graph.node('Gemm', [x, x, graph.constant(1)], { int: { transB: 1 } });
	const inner = overUpdates(graph, of, {
		seen,
		effects: graph.node('Mul', [products, effects]),
		rest: [others, ...slots.map((slot) => slot.slice(2))].flat(),
	});

	const deltas = graph.reshape(inner.deltas, [rows, units]);
	const added = (weights: (update: number) => number, into: [Value, Value], decay: number) => {
		const gradient = graph.node('Mul', [deltas, column(weights)]);
		const [onWeight, onBias] = into.map((value) => ({ into: value, decay, scale: -1 as const }));
		return addedGradients(graph, { rows, input: x, gradient, weight: onWeight!, bias: onBias! });
	};
	const stepWeights = (i: number) => 1 + sums[k - 1 - i]!;
	const others_ = count - 2;
	const restSlots = slots.map((_, slot) => inner.rest.slice((slot + 1) * others_, (slot + 2) * others_));
	const logits = graph.reshape(inner.logits, [rows, of.classes]);
	if (!velocity) return { carried: [...added(stepWeights, [weight, bias], 1), ...inner.rest], logits };
	const old: [Value, Value] = [velocity[0]!, velocity[1]!];
	const step = added(stepWeights, old, sums[k]!);
	const moved = [weight, bias].map((value, index) => graph.node('Add', [value, step[index]!]));
	const after = added((i) => lambda ** (k - 1 - i), old, lambda ** k);
	return { carried: [...moved, ...inner.rest.slice(0, others_), ...after, ...restSlots[0]!], logits };
}

/** The layers behind the first, update by update. What an update did to the first layer is taken from what later rows see of it. */
function overUpdates(
	graph: Graph,
	{ network, loss, optimizer, classes, batchSize, part, updates }: Parameters<typeof buildChunk>[1],
	of: { seen: Value; effects: Value; rest: readonly Value[] },
): { rest: Value[]; logits: Value; deltas: Value } {
	const { units, behind } = network.first!;
	const rows = updates * batchSize;
	const { eta, index } = part.steps!;
	const parameters = network.parameters.slice(2);
	const sliced = (value: Value, ...shape: number[]): Sized => ({
		value: graph.reshape(value, [updates, ...shape]),
		shape,
	});
	const shapes = of.rest.map((_, index) => carriedShape(parameters[index % parameters.length]!));
	const { carried, collected } = graph.scan(
		{
			carried: [
				{ value: of.seen, shape: [rows, units] },
				...of.rest.map((value, index) => ({ value, shape: shapes[index]! })),
			],
			scanned: [
				sliced(of.effects, batchSize, rows),
				sliced(part.targets, batchSize, classes),
				sliced(lossScale(graph, optimizer, eta, batchSize), 1),
				sliced(eta, 1),
				{ ...sliced(index, 1), type: 'int64' },
				{ value: rangeOf(graph, updates), shape: [], type: 'int64' },
				...(part.words ? [{ ...sliced(part.words, batchSize), type: 'int32' as const }] : []),
			],
			collected: [
				[batchSize, classes],
				[batchSize, units],
			],
		},
		(g, [seen, ...rest], [effects, targets, scale, eta, index, position, words]) => {
			const z = g.node('Gather', [g.reshape(seen!, [updates, batchSize, units]), position!]);
			const changes = updatesOf(g, parameters, optimizer, rest, { eta: eta!, index: index! });
			const weights = changes.map(({ parameter }) => parameter);
			const activations = behind.forward(g, z, weights, { rows: batchSize, words: words ?? null });
			const logits = activations.at(-1)!.output;
			const { inputGradient, accumulated } = behind.backward({
				graph: g,
				rows: batchSize,
				activations,
				parameters: weights,
				gradient: loss.gradient(g, logits, targets!, scale!),
				accumulations: changes.map((one) => beginUpdate(optimizer, one)),
				needsInputGradient: true,
			});
			const later = g.node('Gemm', [effects!, inputGradient!, seen!], { int: { transA: 1 } });
			return {
				carried: [later, ...finishUpdates(optimizer, changes, accumulated)],
				collected: [logits, inputGradient!],
			};
		},
	);
	return { rest: carried.slice(1), logits: collected[0]!, deltas: collected[1]! };
}

/** λ + λ² + … + λⁿ for n = 0 to `count`. */
function powerSums(lambda: number, count: number): number[] {
	const sums = [0];
	for (let n = 1; n <= count; n++) sums.push(sums[n - 1]! + lambda ** n);
	return sums;
}

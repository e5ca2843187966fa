import type { Graph, Value } from '../graph.ts';

/** Some ghost batches of equal size, one after the other: as [size, channels] when it is one, else as [batches, size, channels]. */
export interface GhostBatches {
	/** Of the first, among the rows. */
	start: number;
	batches: number;
	size: number;
	/** Along which a ghost batch is counted. One batch alone is an axis less: in three, an update of keskar-f1 took 1.2 times as long. */
	axis: 0 | 1;
}

/** The parts of `rows` rows in ghost batches of the `wanted` size, or the whole where it is larger: those that are full, and the smaller last one where there is one. */
export function ghostBatches(rows: number, wanted: number): GhostBatches[] {
	const size = Math.min(wanted, rows);
	const batches = Math.floor(rows / size);
	const rest = rows - batches * size;
	const full: GhostBatches = { start: 0, batches, size, axis: batches === 1 ? 0 : 1 };
	const last: GhostBatches = { start: rows - rest, batches: 1, size: rest, axis: 0 };
	return rest === 0 ? [full] : [full, last];
}

/** The rows [rows, channels] of one part, in its shape. */
export function partOf(
	graph: Graph,
	rows: Value,
	parts: readonly GhostBatches[],
	part: GhostBatches,
	channels: number,
): Value {
	const { start, batches, size } = part;
	const bounds = [[start], [start + batches * size], [0]].map((numbers) => graph.constant(numbers, 'int64'));
	const own = parts.length === 1 ? rows : graph.node('Slice', [rows, ...bounds]);
	return batches === 1 ? own : graph.reshape(own, [batches, size, channels]);
}

/** The parts as rows [rows, channels] again. */
export function joined(
	graph: Graph,
	values: readonly Value[],
	parts: readonly GhostBatches[],
	channels: number,
): Value {
	const flat = values.map((value, index) =>
		parts[index]!.batches === 1 ? value : graph.reshape(value, [-1, channels]),
	);
	return flat.length === 1 ? flat[0]! : graph.node('Concat', flat, { int: { axis: 0 } });
}

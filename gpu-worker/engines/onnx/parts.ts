import type { Graph, Sized, Value } from './graph.ts';

/** Rows of the data set in the order of training, their words and their targets [rows, classes]. */
export interface Part {
	rows: number;
	order: Value;
	/** What dropout draws from; null where nothing is drawn. */
	words: Value | null;
	targets: Value;
	/** For each update of these rows its η and its number within the epoch, from 0: [updates]. Blocks of one batch have none. */
	steps?: { eta: Value; index: Value };
}

interface Cut {
	/** Rows of a part. */
	size: number;
	batchSize: number;
	classes: number;
}

export interface PartResult {
	carried: Value[];
	logits: Value;
}

/** Runs `body` over consecutive parts of `size` rows, the last of which may be smaller (or the only one), and joins their logits in order. */
export function overParts(
	graph: Graph,
	whole: Part,
	{ size, batchSize, classes }: Cut,
	carried: readonly Sized[],
	body: (graph: Graph, part: Part, carried: Value[]) => PartResult,
): PartResult {
	const before = carried.map(({ value }) => value);
	if (size >= whole.rows) return body(graph, whole, before);
	const trips = Math.floor(whole.rows / size);
	const rest = whole.rows - trips * size;
	const full = rest === 0 ? whole : slice(graph, whole, 0, trips * size, batchSize);
	const sliced = (value: Value, ...shape: number[]): Sized => ({
		value: graph.reshape(value, [trips, ...shape]),
		shape,
	});
	const updates = size / batchSize;
	const scanned: Sized[] = [
		{ ...sliced(full.order, size), type: 'int32' },
		sliced(full.targets, size, classes),
		...(full.words ? [{ ...sliced(full.words, size), type: 'int32' as const }] : []),
		...(full.steps
			? [sliced(full.steps.eta, updates), { ...sliced(full.steps.index, updates), type: 'int64' as const }]
			: []),
	];
	const scan = graph.scan({ carried, scanned, collected: [[size, classes]] }, (g, inside, slices) => {
		const [order, targets, ...more] = slices as [Value, Value, ...Value[]];
		const words = full.words ? more.shift()! : null;
		const steps = full.steps && { steps: { eta: more[0]!, index: more[1]! } };
		const result = body(g, { rows: size, order, words, targets, ...steps }, inside);
		return { carried: result.carried, collected: [result.logits] };
	});
	const logits = graph.reshape(scan.collected[0]!, [trips * size, classes]);
	if (rest === 0) return { carried: scan.carried, logits };
	const last = body(graph, slice(graph, whole, trips * size, whole.rows, batchSize), scan.carried);
	return { carried: last.carried, logits: graph.node('Concat', [logits, last.logits], { int: { axis: 0 } }) };
}

/** 0, 1, … count − 1 as int64. */
export function rangeOf(graph: Graph, count: number): Value {
	const bounds = [0, count, 1].map((bound) => graph.constant(bound, 'int64'));
	return graph.node('Range', bounds);
}

function slice(
	graph: Graph,
	{ order, words, targets, steps }: Part,
	start: number,
	end: number,
	batchSize: number,
): Part {
	const cut = (value: Value, from: number, to: number) =>
		graph.node('Slice', [value, ...[from, to, 0].map((bound) => graph.constant([bound], 'int64'))]);
	const updates = [start / batchSize, Math.ceil(end / batchSize)] as const;
	return {
		rows: end - start,
		order: cut(order, start, end),
		words: words && cut(words, start, end),
		targets: cut(targets, start, end),
		...(steps && { steps: { eta: cut(steps.eta, ...updates), index: cut(steps.index, ...updates) } }),
	};
}

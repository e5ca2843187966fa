import type { LeaderboardEntry } from '@basin/client';

/** What a column of the board holds, to sort by; null comes last whichever way it is sorted. */
export const columnValues = {
	rank: ({ rank }) => rank,
	batchSize: ({ configuration }) => configuration.batchSize,
	eta: ({ configuration }) => configuration.eta,
	lambda: ({ configuration }) => configuration.lambda,
	effectiveRate: ({ configuration }) => effectiveRate(configuration),
	accuracy: ({ valAccuracy }) => valAccuracy?.mean ?? null,
	interval: ({ valAccuracy }) => valAccuracy?.ci95?.[0] ?? valAccuracy?.mean ?? null,
	std: ({ valAccuracy }) => valAccuracy?.std ?? null,
	epochSeconds: ({ epochSeconds }) => epochSeconds?.median ?? null,
	epochIqr: ({ epochSeconds }) => (epochSeconds === null ? null : epochSeconds.iqr[1] - epochSeconds.iqr[0]),
	updateSeconds: ({ updateSeconds }) => updateSeconds?.median ?? null,
	secondsToTarget: ({ secondsToTarget }) => secondsToTarget,
	tiedWith: ({ tiedWith }) => tiedWith,
	pareto: ({ onParetoFront }) => Number(onParetoFront),
	seeds: ({ seeds }) => seeds.succeeded,
	failed: ({ seeds }) => seeds.failed,
	device: ({ device }) => device?.label ?? null,
} as const satisfies Record<string, (entry: LeaderboardEntry) => number | string | null>;

export type ColumnId = keyof typeof columnValues;
export type Order = { column: ColumnId; descending: boolean };

export const rankOrder: Order = { column: 'rank', descending: false };

/** Columns whose best value is the largest start that way. */
const descendingFirst: ReadonlySet<ColumnId> = new Set(['accuracy', 'interval', 'pareto', 'seeds', 'failed']);

/** η/(1 − λ): the rate that a constant gradient is followed at in the end. */
export function effectiveRate({ eta, lambda }: { eta: number; lambda: number }): number {
	return eta / (1 - lambda);
}

/** Sorts by a column; equal values keep the order of the ranking. */
export function sortBoard(entries: readonly LeaderboardEntry[], { column, descending }: Order): LeaderboardEntry[] {
	if (column === 'rank' && !descending) return [...entries];
	const read: (entry: LeaderboardEntry) => number | string | null = columnValues[column];
	const direction = descending ? -1 : 1;
	return entries
		.map((entry) => ({ entry, value: read(entry) }))
		.sort((a, b) => {
			if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
			return a.value < b.value ? -direction : a.value > b.value ? direction : 0;
		})
		.map(({ entry }) => entry);
}

/** The order after a click on a column's head: the natural way, the other way, and back to the ranking. */
export function nextOrder(order: Order, column: ColumnId): Order {
	const first = descendingFirst.has(column);
	if (order.column !== column) return { column, descending: first };
	return order.descending === first ? { column, descending: !first } : rankOrder;
}

/** `accuracy`, or `-accuracy` when descending; anything else is the ranking. */
export function readOrder(text: string | null): Order {
	const descending = text?.startsWith('-') ?? false;
	const column = text?.replace(/^-/, '') ?? '';
	return Object.hasOwn(columnValues, column) ? { column: column as ColumnId, descending } : rankOrder;
}

export function writeOrder({ column, descending }: Order): string | null {
	return column === 'rank' && !descending ? null : `${descending ? '-' : ''}${column}`;
}

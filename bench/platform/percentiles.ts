export type Percentiles = { samples: number; p50: number; p99: number; max: number };

/** Of the nearest rank, so that p99 of 100 samples is the second largest. Keeps the unit of `values`. */
export function percentilesOf(values: readonly number[]): Percentiles {
	const sorted = Float64Array.from(values).sort();
	const at = (p: number) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN;
	return { samples: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Runs `work` one after the other and times each, in milliseconds. */
export async function timeEach(times: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
	const milliseconds: number[] = [];
	for (let index = 0; index < times; index++) {
		const start = performance.now();
		await work(index);
		milliseconds.push(performance.now() - start);
	}
	return milliseconds;
}

/** Runs `work` over all items, `width` at a time; answers the seconds that it took. */
export async function runWide<T>(
	items: readonly T[],
	width: number,
	work: (item: T, lane: number) => Promise<unknown>,
): Promise<number> {
	const start = performance.now();
	const rest = items.values();
	await Promise.all(
		Array.from({ length: width }, async (_, lane) => {
			for (const item of rest) await work(item, lane);
		}),
	);
	return (performance.now() - start) / 1000;
}

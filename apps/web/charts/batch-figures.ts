import type { LeaderboardEntry, Trial } from '@basin/client';

/** Which configuration stands for a batch size: the most accurate one, or the one with this η and λ. */
export type Choice = { eta: number; lambda: number } | 'best';

/** The chosen configuration of every batch size on one device, ascending; those of which no seed succeeded are left out. */
export function chooseByBatchSize(entries: readonly LeaderboardEntry[], choice: Choice): LeaderboardEntry[] {
	const chosen = new Map<number, LeaderboardEntry>();
	for (const entry of entries) {
		if (entry.valAccuracy === null) continue;
		const { batchSize, eta, lambda } = entry.configuration;
		if (choice !== 'best' && (eta !== choice.eta || lambda !== choice.lambda)) continue;
		const before = chosen.get(batchSize)?.valAccuracy?.mean ?? Number.NEGATIVE_INFINITY;
		if (entry.valAccuracy.mean > before) chosen.set(batchSize, entry);
	}
	return [...chosen.values()].sort((a, b) => a.configuration.batchSize - b.configuration.batchSize);
}

/** Every (η, λ) that the sweep has at two batch sizes or more, by η and then λ. */
export function sharedRates(entries: readonly LeaderboardEntry[]): { eta: number; lambda: number }[] {
	const batchSizes = new Map<string, Set<number>>();
	for (const { configuration } of entries) {
		const key = `${configuration.eta} ${configuration.lambda}`;
		batchSizes.set(key, (batchSizes.get(key) ?? new Set()).add(configuration.batchSize));
	}
	return [...batchSizes]
		.filter(([, sizes]) => sizes.size > 1)
		.map(([key]) => key.split(' ').map(Number) as [number, number])
		.sort(([etaA, lambdaA], [etaB, lambdaB]) => etaA - etaB || lambdaA - lambdaB)
		.map(([eta, lambda]) => ({ eta, lambda }));
}

/** A measure at a batch size: the median over the seeds that succeeded, between the lowest and the highest. */
export type BandPoint = { batchSize: number; low: number; middle: number; high: number; seeds: number };

type Result = NonNullable<Trial['result']>;

/** A band over seeds for each batch size that has a finished trial, ascending. */
export function bandOf(trials: readonly Trial[], read: (result: Result) => number): BandPoint[] {
	const finished = trials.filter((trial): trial is Trial & { result: Result } => trial.result !== null);
	return [...Map.groupBy(finished, ({ configuration }) => configuration.batchSize)]
		.map(([batchSize, group]) => {
			const values = group.map(({ result }) => read(result)).sort((a, b) => a - b);
			return { batchSize, low: values[0]!, middle: median(values), high: values.at(-1)!, seeds: values.length };
		})
		.sort((a, b) => a.batchSize - b.batchSize);
}

function median(sorted: number[]): number {
	const half = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

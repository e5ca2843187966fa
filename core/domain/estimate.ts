import type { Configuration } from '../contracts/sweep-spec.ts';

/** Seconds of one update, measured at one batch size. */
export interface UpdateTime {
	batchSize: number;
	updateSeconds: number;
}

/** What one device measured with the sweep's model, and how many workers run on it now. */
export interface DeviceTimes {
	workers: number;
	updateTimes: UpdateTime[];
}

export interface Work {
	configurations: readonly Configuration[];
	seeds: number;
	epochs: number;
	trainSize: number;
}

/** Updates of θ in one trial: the last, smaller batch of an epoch counts as one. */
export function updatesPerTrial(batchSize: number, { epochs, trainSize }: Pick<Work, 'epochs' | 'trainSize'>): number {
	return epochs * Math.ceil(trainSize / batchSize);
}

/** Updates of θ over all trials. */
export function countUpdates(work: Work): number {
	const perSeed = work.configurations.reduce((sum, { batchSize }) => sum + updatesPerTrial(batchSize, work), 0);
	return perSeed * work.seeds;
}

/**
 * Seconds of one update at any batch size, from those measured: straight lines in log-log between two of them, flat below
 * the smallest (an update cannot cost less than its launch), in proportion to B above the largest.
 */
export function interpolateUpdateSeconds(updateTimes: readonly UpdateTime[], batchSize: number): number | null {
	const sorted = updateTimes.toSorted((one, other) => one.batchSize - other.batchSize);
	const first = sorted[0];
	const last = sorted.at(-1);
	if (!first || !last) return null;
	if (batchSize <= first.batchSize) return first.updateSeconds;
	if (batchSize >= last.batchSize) return last.updateSeconds * (batchSize / last.batchSize);
	const upper = sorted.find((time) => time.batchSize >= batchSize)!;
	const lower = sorted.findLast((time) => time.batchSize <= batchSize)!;
	if (upper.batchSize === lower.batchSize) return upper.updateSeconds;
	const t = Math.log(batchSize / lower.batchSize) / Math.log(upper.batchSize / lower.batchSize);
	return lower.updateSeconds * (upper.updateSeconds / lower.updateSeconds) ** t;
}

/**
 * Wall-clock seconds of the updates of a whole sweep on the workers that run now: their rates add up, and no sweep is
 * faster than its longest trial. Null when no running device has measured the model.
 */
export function estimateSeconds(work: Work, devices: readonly DeviceTimes[]): number | null {
	const usable = devices.filter(isUsable);
	if (usable.length === 0) return null;
	const longestTrial = Math.min(...usable.map(({ updateTimes }) => maxOf(trialSeconds(work, updateTimes))));
	return Math.max(1 / sweepsPerSecond(work, usable), longestTrial);
}

/**
 * What the workers' time for the updates of a whole sweep costs, at `pricePerHour` of one worker on each device: every worker
 * is paid for while it works. Null when `estimateSeconds` is, or a device that would work has no price.
 */
export function estimateCost(
	work: Work,
	devices: readonly (DeviceTimes & { pricePerHour: number | null })[],
): number | null {
	const usable = devices.filter(isUsable);
	if (usable.length === 0) return null;
	const pricesPerHour = usable.map(({ workers, pricePerHour }) =>
		pricePerHour === null ? null : workers * pricePerHour,
	);
	if (pricesPerHour.includes(null)) return null;
	const pricePerHour = pricesPerHour.reduce<number>((sum, price) => sum + price!, 0);
	return pricePerHour / 3600 / sweepsPerSecond(work, usable);
}

function isUsable({ workers, updateTimes }: DeviceTimes): boolean {
	return workers > 0 && updateTimes.length > 0;
}

/** The rates of all workers together. */
function sweepsPerSecond(work: Work, usable: readonly DeviceTimes[]): number {
	return usable.reduce((rate, { workers, updateTimes }) => {
		return rate + workers / (trialSeconds(work, updateTimes).reduce((sum, seconds) => sum + seconds, 0) * work.seeds);
	}, 0);
}

function trialSeconds(work: Work, updateTimes: readonly UpdateTime[]): number[] {
	return work.configurations.map(
		({ batchSize }) => updatesPerTrial(batchSize, work) * interpolateUpdateSeconds(updateTimes, batchSize)!,
	);
}

/** Not `Math.max(...)`: a sweep may have 10,000 configurations. */
function maxOf(values: readonly number[]): number {
	return values.reduce((largest, value) => Math.max(largest, value), 0);
}

import type { EpochMetrics, FinishedResult } from '@basin/core/contracts/training.ts';

/** Seconds that a trial spent apart from its updates and validations. */
export interface Overheads {
	loadSeconds: number;
	compileSeconds: number;
	artifactSeconds: number;
	checkpointSeconds: number;
}

/** The epoch whose weights are kept: the highest validation accuracy, the earliest of equals. */
export function isBetter(metrics: EpochMetrics, best: EpochMetrics | null): boolean {
	return best === null || metrics.valAccuracy! > best.valAccuracy!;
}

/** What a trial that did not diverge contributes to the ranking. */
export function summarizeTrial(input: {
	history: readonly EpochMetrics[];
	/** Of that many epochs at the beginning the times are another device's, and are left out of the medians. */
	foreignEpochs: number;
	best: EpochMetrics;
	testAccuracy: number | null;
	updatesPerEpoch: number;
	overheads: Overheads;
}): FinishedResult {
	const { history, foreignEpochs, best, testAccuracy, updatesPerEpoch, overheads } = input;
	const last = history.at(-1)!;
	// The first epoch grows the engine's buffers and warms the caches.
	const own = history.slice(foreignEpochs);
	const steady = own.length > 1 ? own.slice(1) : own;
	const epochSecondsMedian = median(steady.map(({ epochSeconds }) => epochSeconds));
	return {
		valAccuracy: best.valAccuracy!,
		bestEpoch: best.epoch,
		finalValAccuracy: last.valAccuracy!,
		finalValLoss: last.valLoss!,
		finalTrainAccuracy: last.trainAccuracy!,
		finalTrainLoss: last.trainLoss!,
		testAccuracy,
		epochSecondsMedian,
		updateSecondsMedian: epochSecondsMedian / updatesPerEpoch,
		epochs: history.length,
		updates: last.updates,
		trainSeconds: history.reduce((total, { epochSeconds }) => total + epochSeconds, 0),
		validationSeconds: history.reduce((total, { validationSeconds }) => total + validationSeconds, 0),
		...overheads,
		milestones: milestonesOf(history, foreignEpochs, epochSecondsMedian),
	};
}

/** Epochs of another device count as long as one takes on this one, the median, so that all times are of one device. */
function milestonesOf(history: readonly EpochMetrics[], foreignEpochs: number, epochSecondsMedian: number) {
	const milestones: { valAccuracy: number; trainSeconds: number }[] = [];
	let trainSeconds = 0;
	for (const [i, { valAccuracy, epochSeconds }] of history.entries()) {
		trainSeconds += i < foreignEpochs ? epochSecondsMedian : epochSeconds;
		if (valAccuracy! > (milestones.at(-1)?.valAccuracy ?? Number.NEGATIVE_INFINITY)) {
			milestones.push({ valAccuracy: valAccuracy!, trainSeconds });
		}
	}
	return milestones;
}

function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

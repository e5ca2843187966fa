import { median } from '@basin/core/domain/statistics.ts';

/** One epoch of a curve. */
export type EpochPoint = {
	epoch: number;
	/** Since the start of the trial. */
	updates: number;
	trainAccuracy: number;
	valAccuracy: number;
	epochSeconds: number;
};

/** One succeeded or diverged trial of a sweep, with all that figures are made of. */
export type TrialResult = {
	trialId: string;
	batchSize: number;
	eta: number;
	lambda: number;
	seed: number;
	/** Stopped because its loss was not a number, or far beyond guessing. */
	diverged: boolean;
	epochs: EpochPoint[];
	updatesPerEpoch: number;
	/** Of the best validation epoch; null unless validation was held out. */
	testAccuracy: number | null;
	deviceLabel: string | null;
};

export type SweepResult = { sweepId: string; trials: TrialResult[] };

/** The trials of one configuration that did not diverge, in the order of their seeds. */
export function trialsAt(
	{ trials }: SweepResult,
	at: { batchSize?: number; eta?: number; lambda?: number },
): TrialResult[] {
	const isAt = (trial: TrialResult) =>
		(at.batchSize === undefined || trial.batchSize === at.batchSize) &&
		(at.eta === undefined || trial.eta === at.eta) &&
		(at.lambda === undefined || trial.lambda === at.lambda);
	return trials.filter((trial) => isAt(trial) && !trial.diverged).toSorted((one, other) => one.seed - other.seed);
}

/** By seed: a number of each trial's last epoch. */
export function finals(
	trials: readonly TrialResult[],
	of: (metrics: EpochPoint) => number = ({ valAccuracy }) => valAccuracy,
): Map<number, number> {
	return new Map(trials.map(({ seed, epochs }) => [seed, of(epochs.at(-1)!)]));
}

/** The last epoch that ended within so many updates; null when the first took more. */
export function afterUpdates({ epochs }: TrialResult, updates: number): EpochPoint | null {
	return epochs.findLast((epoch) => epoch.updates <= updates) ?? null;
}

/** Seconds of an epoch: the median without the first, which warms up, where there are more. */
export function epochSeconds({ epochs }: TrialResult): number {
	return median((epochs.length > 1 ? epochs.slice(1) : epochs).map((epoch) => epoch.epochSeconds));
}

/** Distinct values in ascending order. */
export function distinct(values: readonly number[]): number[] {
	return [...new Set(values)].toSorted((one, other) => one - other);
}

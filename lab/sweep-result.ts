import type { LabSweep } from '@basin/core/contracts/lab.ts';
import { mean, median } from '@basin/core/domain/statistics.ts';

/** One epoch of a curve. */
export type EpochPoint = {
	epoch: number;
	/** Since the start of the trial. */
	updates: number;
	/** Of each batch before its own update, with dropout; null where it was not a number. */
	trainLoss: number | null;
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

export type SweepResult = LabSweep & { trials: TrialResult[] };

/** What findings say of sweeps: all but their trials. */
export function withoutTrials(sweeps: readonly SweepResult[]): LabSweep[] {
	return sweeps.map(({ trials: _, ...sweep }) => sweep);
}

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

/**
 * The trials at `at` with the η that did best there, by the mean of the last validation accuracy over seeds; ties go to the smaller. An η
 * with which one seed diverged is not chosen: what is left of it would be a selection of the lucky. Empty when there is none.
 */
export function trialsAtBestEta(sweep: SweepResult, at: { batchSize?: number; lambda?: number }): TrialResult[] {
	const isAt = ({ batchSize, lambda }: TrialResult) =>
		(at.batchSize ?? batchSize) === batchSize && (at.lambda ?? lambda) === lambda;
	const diverged = new Set(sweep.trials.filter((trial) => isAt(trial) && trial.diverged).map(({ eta }) => eta));
	let best: { score: number; trials: TrialResult[] } = { score: Number.NEGATIVE_INFINITY, trials: [] };
	for (const eta of distinct(sweep.trials.map((trial) => trial.eta))) {
		const trials = diverged.has(eta) ? [] : trialsAt(sweep, { ...at, eta });
		const score = trials.length === 0 ? Number.NEGATIVE_INFINITY : mean([...finals(trials).values()]);
		if (score > best.score) best = { score, trials };
	}
	return best.trials;
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

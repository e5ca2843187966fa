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
	/** Of the best validation epoch; null unless validation was held out. */
	testAccuracy: number | null;
};

export type SweepResult = LabSweep & { trials: TrialResult[] };

/** What findings say of sweeps: all but their trials. */
export function withoutTrials(sweeps: readonly SweepResult[]): LabSweep[] {
	return sweeps.map(({ trials: _, ...sweep }) => sweep);
}

type At = { batchSize?: number; eta?: number; lambda?: number };

const isAt = (trial: TrialResult, at: At) =>
	(at.batchSize ?? trial.batchSize) === trial.batchSize &&
	(at.eta ?? trial.eta) === trial.eta &&
	(at.lambda ?? trial.lambda) === trial.lambda;

/** The trials of one configuration that did not diverge, in the order of their seeds. */
export function trialsAt({ trials }: SweepResult, at: At): TrialResult[] {
	return trials.filter((trial) => isAt(trial, at) && !trial.diverged).toSorted((one, other) => one.seed - other.seed);
}

/** As `trialsAt`, but none where one seed diverged: what is left of it would be a selection of the lucky. */
export function completeTrialsAt(sweep: SweepResult, at: At): TrialResult[] {
	return sweep.trials.some((trial) => isAt(trial, at) && trial.diverged) ? [] : trialsAt(sweep, at);
}

/** The batch sizes that were tried, ascending. */
export function sizesOf({ trials }: SweepResult): number[] {
	return distinct(trials.map(({ batchSize }) => batchSize));
}

/** The η that were tried there, ascending. */
export function etasAt({ trials }: SweepResult, at: Omit<At, 'eta'>): number[] {
	return distinct(trials.filter((trial) => isAt(trial, at)).map(({ eta }) => eta));
}

/**
 * The trials at `at` with the η that did best there, by the mean of the last validation accuracy over seeds; ties go to the smaller. An η
 * with which one seed diverged is not chosen. Empty when there is none.
 */
export function trialsAtBestEta(sweep: SweepResult, at: Omit<At, 'eta'>): TrialResult[] {
	let best: { score: number; trials: TrialResult[] } = { score: Number.NEGATIVE_INFINITY, trials: [] };
	for (const eta of etasAt(sweep, at)) {
		const trials = completeTrialsAt(sweep, { ...at, eta });
		const score = trials.length === 0 ? Number.NEGATIVE_INFINITY : mean([...finals(trials).values()]);
		if (score > best.score) best = { score, trials };
	}
	return best.trials;
}

/** The trials of one batch size at one η. */
export type Choice = {
	batchSize: number;
	eta: number;
	/** No rate on one side of it was tried. */
	atEdge: boolean;
	trials: readonly TrialResult[];
};

/** Every B at the η that did best there. */
export function atBestEta(sweep: SweepResult): Choice[] {
	return sizesOf(sweep).flatMap((batchSize) => {
		const trials = trialsAtBestEta(sweep, { batchSize });
		if (trials.length === 0) return [];
		const { eta } = trials[0]!;
		const tried = etasAt(sweep, { batchSize });
		return [{ batchSize, eta, trials, atEdge: eta === tried[0] || eta === tried.at(-1) }];
	});
}

/** By seed: a number of each trial's last epoch. */
export function finals(
	trials: readonly TrialResult[],
	of: (metrics: EpochPoint) => number = ({ valAccuracy }) => valAccuracy,
): Map<number, number> {
	return new Map(trials.map(({ seed, epochs }) => [seed, of(epochs.at(-1)!)]));
}

/** Seconds of an epoch: the median without the first, which warms up, where there are more. */
export function epochSeconds({ epochs }: TrialResult): number {
	return median((epochs.length > 1 ? epochs.slice(1) : epochs).map((epoch) => epoch.epochSeconds));
}

/** Distinct values in ascending order. */
export function distinct(values: readonly number[]): number[] {
	return [...new Set(values)].toSorted((one, other) => one - other);
}

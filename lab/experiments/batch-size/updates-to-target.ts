import { mean } from '@basin/core/domain/statistics.ts';
import { completeTrialsAt, etasAt, type SweepResult, sizesOf, type TrialResult } from '../../sweep-result.ts';
import { bestValidation } from './kept.ts';

/** What a batch size took to the target at the η that was fastest there, of the seeds in turn. */
export type ToTarget = { batchSize: number; eta: number; updates: number[] };

/** The configurations of which no seed diverged, by B. */
function completeBySize(sweep: SweepResult): { batchSize: number; configurations: TrialResult[][] }[] {
	return sizesOf(sweep).map((batchSize) => ({
		batchSize,
		configurations: etasAt(sweep, { batchSize })
			.map((eta) => completeTrialsAt(sweep, { batchSize, eta }))
			.filter((trials) => trials.length > 0),
	}));
}

/** The highest whole percent of validation accuracy that every B reaches with every seed at one of its rates; null without trials. */
export function commonTarget(sweep: SweepResult): number | null {
	const reached = completeBySize(sweep).map(({ configurations }) =>
		Math.max(0, ...configurations.map((trials) => Math.min(...trials.map(bestValidation)))),
	);
	const lowest = reached.length === 0 ? 0 : Math.min(...reached);
	return lowest === 0 ? null : Math.floor(lowest * 100 + 1e-9) / 100;
}

/** For each B the fewest updates to the target, by the mean over seeds at one η (Shallue et al., arXiv 1811.03600). */
export function updatesToTarget(sweep: SweepResult, target: number, chance: number): ToTarget[] {
	return completeBySize(sweep).flatMap(({ batchSize, configurations }) => {
		const reached = configurations.flatMap((trials) => {
			const updates = trials.flatMap((trial) => updatesOf(trial, target, chance) ?? []);
			return updates.length < trials.length ? [] : [{ batchSize, eta: trials[0]!.eta, updates }];
		});
		return reached.toSorted((one, other) => mean(one.updates) - mean(other.updates)).slice(0, 1);
	});
}

/** Updates to the target, in a straight line between the ends of epochs and from chance at the start; null when it was not reached. */
export function updatesOf({ epochs }: TrialResult, target: number, chance: number): number | null {
	const place = epochs.findIndex(({ valAccuracy }) => valAccuracy >= target);
	if (place < 0) return null;
	const [after, before] = [epochs[place]!, epochs[place - 1] ?? { updates: 0, valAccuracy: chance }];
	const part = (target - before.valAccuracy) / (after.valAccuracy - before.valAccuracy);
	return before.updates + part * (after.updates - before.updates);
}

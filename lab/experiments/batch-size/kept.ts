import { mean } from '@basin/core/domain/statistics.ts';
import { type Choice, completeTrialsAt, type SweepResult, sizesOf, type TrialResult } from '../../sweep-result.ts';

/** What the kept weights (of the best validation epoch) of one configuration get right, by seed. */
export type Kept = Omit<Choice, 'trials'> & {
	validation: ReadonlyMap<number, number>;
	/** On the examples trained on. */
	training: ReadonlyMap<number, number>;
};

/** Every B at one η; nothing for a B of which a seed diverged there. */
export function atFixedEta(sweep: SweepResult, eta: number): Choice[] {
	return sizesOf(sweep).flatMap((batchSize) => {
		const trials = completeTrialsAt(sweep, { batchSize, eta });
		return trials.length === 0 ? [] : [{ batchSize, eta, trials, atEdge: false }];
	});
}

/** @param training by trial id, as of `trainingAccuracies` */
export function keptOf(choices: readonly Choice[], training: ReadonlyMap<string, number>): Kept[] {
	return choices.map(({ batchSize, eta, atEdge, trials }) => ({
		...{ batchSize, eta, atEdge },
		validation: new Map(trials.map((trial) => [trial.seed, bestValidation(trial)])),
		training: new Map(
			trials.flatMap(({ seed, trialId }) => (training.has(trialId) ? [[seed, training.get(trialId)!]] : [])),
		),
	}));
}

/** Of the epoch whose weights are kept. */
export function bestValidation({ epochs }: TrialResult): number {
	return Math.max(...epochs.map(({ valAccuracy }) => valAccuracy));
}

export const meanOf = (bySeed: ReadonlyMap<number, number>) => mean([...bySeed.values()]);

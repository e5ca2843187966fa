import { mean } from '@basin/core/domain/statistics.ts';
import { distinct, type SweepResult, type TrialResult, trialsAt, trialsAtBestEta } from '../../sweep-result.ts';

/** What the kept weights (of the best validation epoch) of one configuration get right, by seed. */
export type Kept = {
	batchSize: number;
	eta: number;
	/** No rate on one side of it was tried. */
	atEdge: boolean;
	validation: ReadonlyMap<number, number>;
	/** On the examples trained on. */
	training: ReadonlyMap<number, number>;
};

export type Choice = { trials: readonly TrialResult[]; atEdge: boolean };

/** The trials of every B at one η; nothing for a B of which a seed diverged there. */
export function atFixedEta(sweep: SweepResult, eta: number): Choice[] {
	return sizesOf(sweep).flatMap((batchSize) => {
		const isDiverged = sweep.trials.some(
			(trial) => trial.batchSize === batchSize && trial.eta === eta && trial.diverged,
		);
		const trials = isDiverged ? [] : trialsAt(sweep, { batchSize, eta });
		return trials.length === 0 ? [] : [{ trials, atEdge: false }];
	});
}

/** The trials of every B at the η that did best there, and whether that was the lowest or the highest one. */
export function atBestEta(sweep: SweepResult): Choice[] {
	return sizesOf(sweep).flatMap((batchSize) => {
		const trials = trialsAtBestEta(sweep, { batchSize });
		if (trials.length === 0) return [];
		const etas = distinct(sweep.trials.filter((trial) => trial.batchSize === batchSize).map(({ eta }) => eta));
		return [{ trials, atEdge: [etas[0], etas.at(-1)].includes(trials[0]!.eta) }];
	});
}

/** @param training by trial id, as of `trainingAccuracies` */
export function keptOf(choices: readonly Choice[], training: ReadonlyMap<string, number>): Kept[] {
	return choices.map(({ trials, atEdge }) => ({
		batchSize: trials[0]!.batchSize,
		eta: trials[0]!.eta,
		atEdge,
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

function sizesOf(sweep: SweepResult): number[] {
	return distinct(sweep.trials.map(({ batchSize }) => batchSize));
}

import type { SweepResult, TrialResult } from '../sweep-result.ts';

type Made = Partial<TrialResult> & { accuracies: number[]; trainAccuracies?: number[]; seconds?: number };

/** A trial with this curve of validation accuracy. */
export function trialOf({ accuracies, trainAccuracies = accuracies, seconds = 1, ...given }: Made): TrialResult {
	const updatesPerEpoch = given.updatesPerEpoch ?? 10;
	const epochs = accuracies.map((valAccuracy, place) => ({
		epoch: place + 1,
		updates: (place + 1) * updatesPerEpoch,
		trainAccuracy: trainAccuracies[place]!,
		valAccuracy,
		epochSeconds: seconds,
	}));
	return {
		...{ trialId: 'trl_1', batchSize: 100, eta: 0.1, lambda: 0.9, seed: 0, diverged: false, updatesPerEpoch },
		...{ testAccuracy: null, deviceLabel: null, ...given, epochs },
	};
}

export function sweepOf(trials: TrialResult[]): SweepResult {
	return { sweepId: 'swp_1', trials };
}

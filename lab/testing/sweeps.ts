import type { SweepResult, TrialResult } from '../sweep-result.ts';

type Made = Partial<TrialResult> & {
	accuracies: number[];
	trainAccuracies?: number[];
	trainLosses?: number[];
	seconds?: number;
	updatesPerEpoch?: number;
};

/** A trial with this curve of validation accuracy. */
export function trialOf(made: Made): TrialResult {
	const { accuracies, trainAccuracies = accuracies, trainLosses, seconds = 1, updatesPerEpoch = 10, ...given } = made;
	const epochs = accuracies.map((valAccuracy, place) => ({
		epoch: place + 1,
		updates: (place + 1) * updatesPerEpoch,
		trainLoss: trainLosses?.[place] ?? 0,
		trainAccuracy: trainAccuracies[place]!,
		valAccuracy,
		epochSeconds: seconds,
	}));
	return {
		...{ trialId: 'trl_1', batchSize: 100, eta: 0.1, lambda: 0.9, seed: 0, diverged: false },
		...{ testAccuracy: null, ...given, epochs },
	};
}

export function sweepOf(trials: TrialResult[]): SweepResult {
	const spec = { dataset: { name: 'mnist' }, model: { preset: 'mlp' } } as const;
	return {
		id: 'swp_1',
		spec,
		startedAt: '2026-01-01T00:00:00Z',
		finishedAt: '2026-01-01T00:01:00Z',
		devices: ['CPU'],
		trials,
	};
}

import type { LeaderboardEntry } from '@basin/client';

type Changes = Partial<Omit<LeaderboardEntry, 'configuration'>> & Partial<LeaderboardEntry['configuration']>;

/** A ranked row; each test names what it does care about. */
export function row({ batchSize = 100, eta = 0.1, lambda = 0, ...changes }: Changes = {}): LeaderboardEntry {
	return {
		rank: 1,
		tiedWith: 0,
		configuration: { batchSize, eta, lambda },
		configurationHash: `${batchSize} ${eta} ${lambda}`,
		seeds: { total: 3, succeeded: 3, failed: 0 },
		diverged: false,
		valAccuracy: { mean: 0.95, std: 0.01, ci95: [0.93, 0.97] },
		epochSeconds: { median: 0.2, iqr: [0.19, 0.22] },
		updateSeconds: { median: 0.0004 },
		secondsToTarget: null,
		onParetoFront: false,
		device: { key: 'cpu-1', label: 'CPU' },
		bestTrialId: 'trl_1',
		...changes,
	};
}

export const accuracy = (mean: number): LeaderboardEntry['valAccuracy'] => ({ mean, std: null, ci95: null });

/** No seed succeeded. */
export const unranked = {
	valAccuracy: null,
	epochSeconds: null,
	updateSeconds: null,
	bestTrialId: null,
	tiedWith: null,
};

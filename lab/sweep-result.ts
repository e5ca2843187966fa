import type { EpochMetrics } from '@basin/core/contracts/training.ts';

/** One succeeded or diverged trial of a sweep, with all that figures are made of. */
export type TrialResult = {
	trialId: string;
	batchSize: number;
	eta: number;
	lambda: number;
	seed: number;
	/** Stopped because its loss was not a number, or far beyond guessing. */
	diverged: boolean;
	epochs: EpochMetrics[];
	updatesPerEpoch: number;
	/** Of the best validation epoch; null unless validation was held out. */
	testAccuracy: number | null;
	deviceLabel: string | null;
};

export type SweepResult = { sweepId: string; trials: TrialResult[] };

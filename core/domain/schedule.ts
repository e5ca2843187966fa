import type { Configuration } from '../contracts/sweep-spec.ts';
import type { Schedule } from '../contracts/training-rule.ts';

export interface ScheduledTrial {
	schedule: Schedule;
	/** η as the grid has it. */
	configuration: Pick<Configuration, 'batchSize' | 'eta'>;
	epochs: number;
	updatesPerEpoch: number;
}

/**
 * η of every update of one epoch, which counts from 1. With peak p = η, or η·B/B₀ by the linear scaling rule (Goyal et al., 2017),
 * and updates counted from 0 over all epochs:
 * - warm-up over the first W updates: p·(f + (1 − f)(u + 1)/W), f where it begins, so that the last of them has p;
 * - `step`: p · factor to the number of `at` epochs that have passed (warm-up epochs count);
 * - `cosine` (Loshchilov and Hutter, 2017): p·(r + (1 − r)(1 + cos πt)/2), r what is left, t from 0 after the warm-up towards 1.
 */
export function etasOfEpoch(trial: ScheduledTrial, epoch: number): Float32Array {
	const first = (epoch - 1) * trial.updatesPerEpoch;
	return Float32Array.from({ length: trial.updatesPerEpoch }, (_, index) => etaOf(trial, first + index));
}

/** η of one update, counted from 0. */
export function etaOf({ schedule, configuration, epochs, updatesPerEpoch }: ScheduledTrial, update: number): number {
	const { decay, warmup, linearScaling } = schedule;
	const scaling = linearScaling ? configuration.batchSize / linearScaling.baseBatchSize : 1;
	const peak = configuration.eta * scaling;
	const warmupUpdates = warmup ? Math.max(1, Math.round(warmup.epochs * updatesPerEpoch)) : 0;
	if (warmup && update < warmupUpdates) {
		const from = warmup.from ?? (linearScaling ? Math.min(1, 1 / scaling) : 0);
		return peak * (from + ((1 - from) * (update + 1)) / warmupUpdates);
	}
	switch (decay.kind) {
		case 'constant':
			return peak;
		case 'step':
			return peak * decay.factor ** decay.at.filter((epoch) => update >= epoch * updatesPerEpoch).length;
		case 'cosine': {
			const t = (update - warmupUpdates) / (epochs * updatesPerEpoch - warmupUpdates);
			return peak * (decay.final + ((1 - decay.final) * (1 + Math.cos(Math.PI * t))) / 2);
		}
	}
}

import type { MetricsPage, RankBy } from '@basin/core/contracts/api.ts';
import type { SweepState, TrialState } from '@basin/core/contracts/states.ts';
import type { z } from 'zod';

export type CallOptions = { signal?: AbortSignal | undefined };
export type CreateOptions = CallOptions & {
	/** 1–255 characters. One is made when not given; every retry of the call sends the same. */
	idempotencyKey?: string | undefined;
};

export type Paging = { cursor?: string | undefined; limit?: number | undefined };
export type SweepQuery = Paging & {
	state?: SweepState | undefined;
	/** `key` or `key:value`. */
	label?: string | undefined;
	q?: string | undefined;
};
export type TrialQuery = Paging & {
	state?: TrialState | undefined;
	/** The hash of a configuration. */
	configuration?: string | undefined;
};
export type LeaderboardQuery = Paging & {
	rankBy?: RankBy | undefined;
	/** The validation accuracy that `secondsToTarget` asks for, 0 to 1. */
	target?: number | undefined;
	accuracy?: 'best' | 'final' | undefined;
	batchSize?: number | undefined;
	eta?: number | undefined;
	lambda?: number | undefined;
	/** The `key` of a device. */
	device?: string | undefined;
	minSeeds?: number | undefined;
};
export type SharedLeaderboardQuery = Paging & {
	dataset: string;
	/** A preset, or `custom`. */
	model: string;
	rankBy?: RankBy | undefined;
	/** As of a sweep's board. */
	target?: number | undefined;
	device?: string | undefined;
};
/** `after`: only epochs later than this one. */
export type MetricsQuery = { after?: number | undefined; limit?: number | undefined };

export type MetricsPoint = z.infer<typeof MetricsPage>['items'][number];

import type { MetricsPage, Sweep } from '@basin/core/contracts/api.ts';
import type { Db } from '../client.ts';
import { type EpochRow, toMetrics } from '../trials/list-metrics.ts';
import { readSweep } from './summary.ts';

/** The newest epoch of a trial that a reader knows. */
export type KnownEpoch = { attemptNo: number; epoch: number };
export type TrialPoint = { trialId: string; point: MetricsPage['items'][number] };
export type SweepChanges = {
	sweep: Sweep;
	/** Epochs that the reader does not know, in order within each trial. */
	points: TrialPoint[];
	/** The newest epoch of every trial that runs. */
	known: Map<string, KnownEpoch>;
};

/**
 * What happened in a sweep since a reader looked: three statements, each by index, however many trials there are.
 * A trial that started and ended in between has no points here: its end shows in the sweep's counts.
 * @returns undefined when there is no such sweep
 */
export async function readChanges(input: {
	db: Db;
	sweepId: string;
	known: ReadonlyMap<string, KnownEpoch>;
}): Promise<SweepChanges | undefined> {
	const { db, sweepId, known } = input;
	const sweep = await readSweep(db.sql, sweepId);
	if (sweep === undefined) return undefined;
	const running = await db.sql<{ id: string }[]>`
		select id from trial where sweep_id = ${sweepId} and state = 'running'`;
	// With what ran at the last look: it may have ended with epochs that nobody has seen.
	const ids = [...new Set([...running.map(({ id }) => id), ...known.keys()])];
	const seen = ids.map((id) => known.get(id) ?? { attemptNo: 0, epoch: 0 });
	const rows = await db.sql<(EpochRow & { trial_id: string })[]>`
		select epoch.* from unnest(
			${ids}::text[], ${seen.map(({ attemptNo }) => attemptNo)}::integer[], ${seen.map(({ epoch }) => epoch)}::integer[]
		) as seen (trial_id, attempt_no, epoch)
		join epoch on epoch.trial_id = seen.trial_id
			and (epoch.epoch > seen.epoch or epoch.attempt_no > seen.attempt_no)
		order by epoch.trial_id, epoch.epoch`;
	const points = rows.map((row) => ({ trialId: row.trial_id, point: toMetrics(row) }));
	const newest = new Map(points.map(({ trialId, point }) => [trialId, point]));
	return {
		sweep,
		points,
		known: new Map(running.map(({ id }) => [id, newest.get(id) ?? known.get(id) ?? { attemptNo: 0, epoch: 0 }])),
	};
}

/** The epochs of a sweep that were recorded since `sinceMs` (Unix time, of this machine's clock), oldest first. */
export async function readEpochsSince(input: { db: Db; sweepId: string; sinceMs: number }): Promise<TrialPoint[]> {
	const { db, sweepId, sinceMs } = input;
	const since = new Date(sinceMs).toISOString();
	const rows = await db.sql<(EpochRow & { trial_id: string })[]>`
		select epoch.* from trial join epoch on epoch.trial_id = trial.id and epoch.recorded_at >= ${since}
		where trial.sweep_id = ${sweepId} and (trial.state = 'running' or trial.finished_at >= ${since})
		order by epoch.recorded_at, epoch.trial_id, epoch.epoch`;
	return rows.map((row) => ({ trialId: row.trial_id, point: toMetrics(row) }));
}

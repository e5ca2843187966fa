import type { BestConfiguration, Sweep, SweepSummary, TrialCounts } from '@basin/core/contracts/api.ts';
import type { Device } from '@basin/core/contracts/device.ts';
import { isTerminalTrial, type SweepState, type TrialState } from '@basin/core/contracts/states.ts';
import type { SweepSpec } from '@basin/core/contracts/sweep-spec.ts';
import { estimateRemainingSeconds, type MeasuredSpeed } from '@basin/core/domain/remaining-time.ts';
import type postgres from 'postgres';
import type { Queryable } from '../client.ts';

/** A sweep with all that its summary is made of. The live parts are null once it has ended. */
export type SummaryRow = {
	id: string;
	name: string;
	state: SweepState;
	stop_reason: string | null;
	dataset: string;
	model: string;
	labels: Record<string, string>;
	epochs: number;
	train_size: number;
	trials: number;
	final_counts: Partial<Record<TrialState, number>> | null;
	created_at: string;
	started_at: string | null;
	finished_at: string | null;
	/** Trials by state and batch size. */
	groups: [TrialState, number, number][] | null;
	/** Running trials by batch size, with the epochs that they have done. */
	running: { batchSize: number; trials: number; epochsDone: number }[] | null;
	speeds: MeasuredSpeed[] | null;
	best: BestConfiguration | null;
};

export type SweepRow = SummaryRow & {
	spec: SweepSpec;
	configurations: number;
	devices: Device[] | null;
};

/**
 * Reads the sweeps that `page` (a statement that yields sweep ids) names, newest first. What has ended is read from its
 * frozen counts; only live sweeps are counted, from the index on (sweep, state, batch size).
 */
export function selectSummaries(sql: Queryable, page: postgres.Fragment): postgres.PendingQuery<SummaryRow[]> {
	return sql<SummaryRow[]>`
		select sweep.id, sweep.name, sweep.state, sweep.stop_reason, sweep.dataset, sweep.model, sweep.labels, sweep.epochs,
			sweep.train_size, sweep.trials, sweep.final_counts, sweep.created_at, sweep.started_at, sweep.finished_at,
			live.*, ${bestOf(sql)} as best
		from sweep left join lateral ${liveParts(sql)} as live on sweep.finished_at is null
		where sweep.id in (${page})
		order by sweep.id desc`;
}

/** One sweep with everything that the API shows of it; undefined when there is none. */
export async function readSweep(sql: Queryable, sweepId: string): Promise<Sweep | undefined> {
	const [row] = await sql<SweepRow[]>`
		select sweep.*, live.*, ${bestOf(sql)} as best, (
			select json_agg(device.body order by device.key) from device where device.key in (
				select device_key from leaderboard_entry where sweep_id = sweep.id and succeeded > 0
			)
		) as devices
		from sweep left join lateral ${liveParts(sql)} as live on sweep.finished_at is null
		where sweep.id = ${sweepId}`;
	return row && toSweep(row);
}

function liveParts(sql: Queryable): postgres.Fragment {
	return sql`(select
		(
			select json_agg(json_build_array(state, batch_size, trials))
			from (
				select state, batch_size, count(*) as trials from trial where sweep_id = sweep.id group by state, batch_size
			) as grouped
		) as groups,
		(
			select json_agg(json_build_object('batchSize', batch_size, 'trials', trials, 'epochsDone', epochs_done))
			from (
				select batch_size, count(*) as trials, sum(epochs_done) as epochs_done
				from trial where sweep_id = sweep.id and state = 'running' group by batch_size
			) as grouped
		) as running,
		(
			select json_agg(json_build_object(
				'batchSize', batch_size, 'updateSeconds', update_seconds,
				'epochOverheadSeconds', epoch_overhead_seconds, 'trialOverheadSeconds', trial_overhead_seconds
			))
			from (
				select batch_size, avg(update_seconds) as update_seconds,
					avg(epoch_overhead_seconds) as epoch_overhead_seconds, avg(trial_overhead_seconds) as trial_overhead_seconds
				from speed where dataset = sweep.dataset and model = sweep.training -> 'model' group by batch_size
			) as grouped
		) as speeds
	)`;
}

/** The leaderboard's first row by accuracy, over all devices: accuracy, unlike time, compares between them. */
function bestOf(sql: Queryable): postgres.Fragment {
	return sql`(
		select json_build_object(
			'configuration', json_build_object('batchSize', batch_size, 'eta', eta, 'lambda', lambda),
			'valAccuracyMean', best_mean, 'seeds', succeeded, 'trialId', best_trial_id
		)
		from leaderboard_entry
		where sweep_id = sweep.id and best_mean = (
			select best_mean from leaderboard_entry where sweep_id = sweep.id and best_mean is not null
			order by best_mean desc nulls last limit 1
		)
		order by hash, device_key limit 1
	)`;
}

export function toSummary(row: SummaryRow): SweepSummary {
	const counts = countTrials(row);
	const ended = counts.succeeded + counts.failed + counts.pruned + counts.cancelled;
	const running = row.running ?? [];
	const epochsTotal = row.trials * row.epochs;
	const epochsDone = ended * row.epochs + running.reduce((sum, group) => sum + group.epochsDone, 0);
	return {
		id: row.id,
		name: row.name,
		state: row.state,
		stopReason: row.stop_reason,
		dataset: row.dataset,
		model: row.model,
		labels: row.labels,
		counts,
		progress: { fraction: epochsDone / epochsTotal, epochsDone, epochsTotal, etaSeconds: etaSeconds(row) },
		best: row.best,
		createdAt: row.created_at,
		startedAt: row.started_at,
		finishedAt: row.finished_at,
	};
}

function toSweep(row: SweepRow): Sweep {
	return {
		...toSummary(row),
		spec: row.spec,
		configurations: row.configurations,
		trainSize: row.train_size,
		devices: row.devices ?? [],
	};
}

function countTrials(row: SummaryRow): TrialCounts {
	const counts = { pending: 0, queued: 0, running: 0, succeeded: 0, failed: 0, pruned: 0, cancelled: 0 };
	for (const [state, , trials] of row.groups ?? []) counts[state] += trials;
	return { total: row.trials, ...counts, ...row.final_counts };
}

function etaSeconds(row: SummaryRow): number | null {
	if (row.finished_at !== null) return null;
	const unfinished = (row.groups ?? [])
		.filter(([state]) => !isTerminalTrial(state))
		.map(([, batchSize, trials]) => ({ batchSize, trials }));
	return estimateRemainingSeconds(
		{ epochs: row.epochs, trainSize: row.train_size, unfinished, running: row.running ?? [] },
		row.speeds ?? [],
	);
}

import type { SweepMetricsPoint } from '@basin/core/contracts/api.ts';
import type { Db, Queryable } from '../client.ts';
import { requireSweep } from '../trials/list.ts';
import { type EpochRow, toMetrics } from '../trials/list-metrics.ts';
import { readSnapshot } from './snapshot.ts';

/** Of a page, but for one trial that has more: a trial has 10,000 at most. */
const pageRows = 5_000;

type TrialRow = { id: string; seed: number; batch_size: number; eta: number; lambda: number; epochs_done: number };

/**
 * Every epoch of every trial of a sweep, by configuration, seed and epoch, in pages of one moment.
 * @throws BasinError `sweep_not_found`, before anything is read
 */
export async function exportMetrics({
	db,
	sweepId,
}: {
	db: Db;
	sweepId: string;
}): Promise<ReadableStream<SweepMetricsPoint[]>> {
	await requireSweep(db, sweepId);
	return readSnapshot(db, (sql) => metricsPages(sql, sweepId));
}

async function* metricsPages(sql: Queryable, sweepId: string): AsyncGenerator<SweepMetricsPoint[]> {
	const trials = await sql<TrialRow[]>`
		select trial.id, trial.seed, trial.batch_size, configuration.eta, configuration.lambda, trial.epochs_done
		from trial
		join configuration
			on configuration.sweep_id = trial.sweep_id and configuration.configuration_no = trial.configuration_no
		where trial.sweep_id = ${sweepId} and trial.epochs_done > 0
		order by trial.configuration_no, trial.seed`;
	for (const group of pagesOf(trials)) {
		const byId = new Map(group.map((trial) => [trial.id, trial]));
		const rows = await sql<(EpochRow & { trial_id: string })[]>`
			select epoch.*
			from unnest(${[...byId.keys()]}::text[]) with ordinality as wanted (trial_id, place)
			join epoch using (trial_id)
			order by wanted.place, epoch.epoch`;
		yield rows.map((row) => toPoint(byId.get(row.trial_id)!, row));
	}
}

/** Cuts the trials so that a page has no more than `pageRows` epochs, or one trial. */
function* pagesOf(trials: TrialRow[]): Generator<TrialRow[]> {
	let group: TrialRow[] = [];
	let epochs = 0;
	for (const trial of trials) {
		if (group.length > 0 && epochs + trial.epochs_done > pageRows) {
			yield group;
			group = [];
			epochs = 0;
		}
		group.push(trial);
		epochs += trial.epochs_done;
	}
	if (group.length > 0) yield group;
}

function toPoint({ id, seed, batch_size, eta, lambda }: TrialRow, row: EpochRow): SweepMetricsPoint {
	return { trialId: id, configuration: { batchSize: batch_size, eta, lambda }, seed, ...toMetrics(row) };
}

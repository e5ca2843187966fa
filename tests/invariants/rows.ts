import type { AttemptOutcome, FailureReason, SweepState, TrialState } from '@basin/core/contracts/states.ts';
import type { Db } from '@basin/db/client.ts';

/** Rows as they lie in the database; of each table those columns that the promises speak of. */
export type SweepRow = {
	id: string;
	name: string;
	state: SweepState;
	epochs: number;
	trials: number;
	final_counts: Partial<Record<TrialState, number>> | null;
	stop_reason: string | null;
	started_at: string | null;
	finished_at: string | null;
};
export type TrialRow = {
	id: string;
	configuration_no: number;
	seed: number;
	state: TrialState;
	attempt_no: number;
	epochs_done: number;
	dispatch_no: number;
	redispatches: number;
	dispatched_at: string | null;
	due_at: string;
	lease_expires_at: string | null;
	cancel_requested_at: string | null;
	infrastructure_failures: number;
	unknown_failures: number;
	/** Raised by `retry-failed`, the one way out of an ended state. */
	budget_no: number;
	reason: FailureReason | null;
	finished_at: string | null;
};
export type AttemptRow = {
	trial_id: string;
	attempt_no: number;
	worker_id: string;
	/** The epoch of the checkpoint that it went on from; 0: the start. */
	resumed_epoch: number | null;
	outcome: AttemptOutcome | null;
	reason: FailureReason | null;
};
export type EpochRow = {
	trial_id: string;
	epoch: number;
	attempt_no: number;
	updates: number;
	train_loss: number | null;
	val_loss: number | null;
	val_accuracy: number | null;
};
export type CheckpointRow = { trial_id: string; epoch: number; attempt_no: number; key: string; sha256: string };
export type OutboxRow = { trial_id: string; dispatch_no: number; due_at: string };
export type ResultRow = {
	trial_id: string;
	configuration_no: number;
	seed: number;
	device_key: string;
	val_accuracy: number;
	final_val_accuracy: number;
	body: { epochs: number };
};
export type ArtifactRow = {
	trial_id: string;
	name: string;
	attempt_no: number;
	key: string;
	size_bytes: number;
	sha256: string;
};
export type ConfigurationRow = { configuration_no: number; hash: string; failed_seeds: number };
export type EntryRow = {
	configuration_no: number;
	device_key: string;
	succeeded: number;
	diverged: boolean;
	best_mean: number | null;
	final_mean: number | null;
};

/** All that the database knows of one sweep. */
export type SweepRows = {
	sweep: SweepRow;
	trials: TrialRow[];
	attempts: AttemptRow[];
	epochs: EpochRow[];
	checkpoints: CheckpointRow[];
	outbox: OutboxRow[];
	results: ResultRow[];
	artifacts: ArtifactRow[];
	configurations: ConfigurationRow[];
	entries: EntryRow[];
};

/** Reads everything of one sweep in one statement, so that all of it is of one moment; null when there is no such sweep. */
export async function readRows({ sql }: Pick<Db, 'sql'>, sweepId: string): Promise<SweepRows | null> {
	const ofTrials = (table: string) => sql`
		select coalesce(jsonb_agg(to_jsonb(t)), '[]')
		from ${sql(table)} as t where trial_id in (select id from trial where sweep_id = ${sweepId})`;
	const ofSweep = (table: string) => sql`
		select coalesce(jsonb_agg(to_jsonb(t)), '[]') from ${sql(table)} as t where sweep_id = ${sweepId}`;
	const [row] = await sql<SweepRows[]>`
		select to_jsonb(sweep) as sweep, (${ofSweep('trial')}) as trials, (${ofTrials('attempt')}) as attempts,
			(${ofTrials('epoch')}) as epochs, (${ofTrials('checkpoint')}) as checkpoints,
			(${ofTrials('outbox')}) as outbox, (${ofTrials('result')}) as results,
			(${ofTrials('artifact')}) as artifacts, (${ofSweep('configuration')}) as configurations,
			(${ofSweep('leaderboard_entry')}) as entries
		from sweep where id = ${sweepId}`;
	return row === undefined ? null : sorted(row);
}

const inOrder = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);

function sorted(rows: SweepRows): SweepRows {
	return {
		...rows,
		trials: rows.trials.toSorted((a, b) => inOrder(a.id, b.id)),
		attempts: rows.attempts.toSorted((a, b) => inOrder(a.trial_id, b.trial_id) || a.attempt_no - b.attempt_no),
		epochs: rows.epochs.toSorted((a, b) => inOrder(a.trial_id, b.trial_id) || a.epoch - b.epoch),
		checkpoints: rows.checkpoints.toSorted((a, b) => inOrder(a.trial_id, b.trial_id) || a.epoch - b.epoch),
		outbox: rows.outbox.toSorted((a, b) => inOrder(a.trial_id, b.trial_id) || a.dispatch_no - b.dispatch_no),
		results: rows.results.toSorted((a, b) => inOrder(a.trial_id, b.trial_id)),
		artifacts: rows.artifacts.toSorted((a, b) => inOrder(a.trial_id, b.trial_id) || inOrder(a.name, b.name)),
		configurations: rows.configurations.toSorted((a, b) => a.configuration_no - b.configuration_no),
		entries: rows.entries.toSorted(
			(a, b) => a.configuration_no - b.configuration_no || inOrder(a.device_key, b.device_key),
		),
	};
}

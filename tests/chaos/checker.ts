import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Db } from '@basin/db/client.ts';
import { violationsAtRest, violationsOf } from '../invariants/invariants.ts';
import { readRows, type SweepRows, type TrialRow } from '../invariants/rows.ts';

/** A POST that was answered: its key, and the sweep that the answer named. */
export type Acknowledged = { key: string; sweepId: string };

export type Checked = {
	sweeps: number;
	trials: number;
	succeeded: number;
	failed: number;
	cancelled: number;
	attempts: number;
	/** Attempts that went on from a checkpoint. */
	resumed: number;
	artifacts: number;
	/** Results that another trial of the same configuration and seed has, too. */
	comparedResults: number;
	violations: string[];
};

/**
 * Looks at everything that a database and a store hold once all is at rest. Every acknowledged sweep exists and no other
 * (each key made one); every promise of the rows holds; each artifact that the database points to is there and has its hash;
 * each result's curve is the one that the attempt that won has uploaded; and trials of the same configuration and seed, whatever
 * happened to them on the way, have the same numbers in every epoch.
 */
export async function check(input: {
	db: Db;
	/** Null: there is no such object. */
	readObject: (key: string) => Promise<Uint8Array | null>;
	acknowledged: readonly Acknowledged[];
}): Promise<Checked> {
	const { db, readObject, acknowledged } = input;
	const checked: Checked = {
		...{
			sweeps: 0,
			trials: 0,
			succeeded: 0,
			failed: 0,
			cancelled: 0,
			attempts: 0,
			resumed: 0,
			artifacts: 0,
			comparedResults: 0,
		},
		violations: await violationsOfKeys(db, acknowledged),
	};
	const results = new Map<string, { trialId: string; numbers: unknown }>();
	const sweeps = await db.sql<{ id: string }[]>`select id from sweep order by id`;
	for (const { id } of sweeps) {
		const rows = (await readRows(db, id))!;
		checked.sweeps++;
		checked.trials += rows.trials.length;
		checked.attempts += rows.attempts.length;
		checked.resumed += rows.attempts.filter(({ resumed_epoch }) => (resumed_epoch ?? 0) > 0).length;
		for (const state of ['succeeded', 'failed', 'cancelled'] as const) {
			checked[state] += rows.trials.filter((trial) => trial.state === state).length;
		}
		checked.violations.push(...violationsOf(rows), ...violationsAtRest(rows));
		for (const trial of rows.trials) {
			const files = await readFiles(rows, trial, readObject);
			checked.artifacts += files.contents.size;
			checked.violations.push(...files.violations, ...violationsOfCurve(rows, trial, files.contents));
			checked.violations.push(...violationsOfNumbers(rows, trial, results, checked));
		}
	}
	return checked;
}

async function violationsOfKeys({ sql }: Db, acknowledged: readonly Acknowledged[]): Promise<string[]> {
	const told: string[] = [];
	const stored = await sql<{ key: string; sweep_id: string }[]>`
		select key, sweep_id from idempotency join sweep on sweep.id = sweep_id`;
	const byKey = new Map(stored.map(({ key, sweep_id }) => [key, sweep_id]));
	for (const { key, sweepId } of acknowledged) {
		if (byKey.get(key) !== sweepId) told.push(`${sweepId} was acknowledged for ${key}, which has ${byKey.get(key)}`);
	}
	const [row] = await sql<{ sweeps: number; named: number }[]>`
		select count(*)::integer as sweeps, count(distinct name)::integer as named from sweep`;
	if (row!.sweeps !== row!.named) told.push(`${row!.sweeps} sweeps were made of ${row!.named} requests`);
	return told;
}

async function readFiles(rows: SweepRows, trial: TrialRow, readObject: (key: string) => Promise<Uint8Array | null>) {
	const contents = new Map<string, Uint8Array>();
	const violations: string[] = [];
	for (const { name, key, sha256, size_bytes } of rows.artifacts.filter(({ trial_id }) => trial_id === trial.id)) {
		const content = await readObject(key);
		if (content === null) violations.push(`${trial.id}: ${key} is not in the store`);
		else if (content.length !== size_bytes)
			violations.push(`${trial.id}: ${name} has ${content.length} bytes, not ${size_bytes}`);
		else if (createHash('sha256').update(content).digest('hex') !== sha256)
			violations.push(`${trial.id}: ${name} has another hash`);
		else contents.set(name, content);
	}
	if (trial.state === 'succeeded' && contents.size < 4)
		violations.push(`${trial.id}: it has ${contents.size} good files`);
	return { contents, violations };
}

type History = { epochs: { epoch: number; updates: number; trainLoss: number | null; valAccuracy: number | null }[] };

/** The curve in the database is the one that the attempt which ended the trial has uploaded, point by point. */
function violationsOfCurve(rows: SweepRows, trial: TrialRow, files: Map<string, Uint8Array>): string[] {
	const file = files.get('history.json');
	if (file === undefined) return [];
	const { epochs } = JSON.parse(Buffer.from(file).toString()) as History;
	const stored = rows.epochs
		.filter(({ trial_id }) => trial_id === trial.id)
		.map(({ epoch, updates, train_loss, val_accuracy }) => [epoch, updates, train_loss, val_accuracy]);
	const uploaded = epochs.map(({ epoch, updates, trainLoss, valAccuracy }) => [epoch, updates, trainLoss, valAccuracy]);
	if (isDeepStrictEqual(stored, uploaded)) return [];
	return [`${trial.id}: its curve is ${JSON.stringify(stored)}, its attempt's was ${JSON.stringify(uploaded)}`];
}

function violationsOfNumbers(
	{ results, epochs, configurations, sweep }: SweepRows,
	trial: TrialRow,
	known: Map<string, { trialId: string; numbers: unknown }>,
	checked: Checked,
): string[] {
	const result = results.find(({ trial_id }) => trial_id === trial.id);
	if (!result) return [];
	const { hash } = configurations.find(({ configuration_no }) => configuration_no === trial.configuration_no)!;
	const key = JSON.stringify([hash, trial.seed, result.device_key, sweep.epochs]);
	const curve = epochs
		.filter(({ trial_id }) => trial_id === trial.id)
		.map(({ train_loss, val_loss, val_accuracy }) => [train_loss, val_loss, val_accuracy]);
	const numbers = [result.val_accuracy, result.final_val_accuracy, ...curve];
	const other = known.get(key);
	known.set(key, other ?? { trialId: trial.id, numbers });
	if (!other) return [];
	checked.comparedResults++;
	if (isDeepStrictEqual(other.numbers, numbers)) return [];
	return [
		`${trial.id} has ${JSON.stringify(numbers)}, and ${other.trialId}, which is the same, ${JSON.stringify(other.numbers)}`,
	];
}

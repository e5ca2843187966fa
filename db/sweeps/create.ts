import type { Sweep } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import type { Configuration, SweepSpec } from '@basin/core/contracts/sweep-spec.ts';
import { newSweepId } from '@basin/core/domain/ids.ts';
import { modelName } from '@basin/core/domain/model-layers.ts';
import type { Db, Queryable } from '../client.ts';
import { holdQuota } from '../projects/hold-quota.ts';
import { findAnswer, type Idempotency, keepAnswer, takeKey } from './idempotency.ts';
import { insertConfigurations, insertTrials } from './insert-trials.ts';
import { readSweep } from './summary.ts';

export type NewSweep = {
	projectId: string;
	spec: SweepSpec;
	configurations: Configuration[];
	/** N: images trained on. */
	trainSize: number;
	idempotency?: Omit<Idempotency, 'projectId'> | undefined;
	/** W3C `traceparent` of the request, where it is traced: its trials' work belongs to the same trace. */
	traceParent?: string | undefined;
};

/**
 * Stores a sweep with all its trials and the messages that will wake workers, or nothing: one transaction.
 * A key that was used before with the same body replays the answer of then (`replayed`).
 * @throws BasinError `idempotency_mismatch` (other body), `idempotency_in_progress` (the first request still runs),
 * `quota_exceeded`, `invalid_spec` (its uploaded data set is gone).
 */
export async function createSweep({
	db,
	input,
}: {
	db: Db;
	input: NewSweep;
}): Promise<{ sweep: Sweep; replayed: boolean }> {
	return db.sql.begin(async (tx) => {
		const { projectId } = input;
		const idempotency = input.idempotency && { projectId, ...input.idempotency };
		if (idempotency) await takeKey(tx, idempotency);
		const earlier = idempotency && (await findAnswer(tx, idempotency));
		if (earlier) return { sweep: earlier, replayed: true };
		await holdQuota(tx, { projectId, trials: input.configurations.length * input.spec.seeds.length });
		await keepDataset(tx, projectId, input.spec.dataset);
		const sweepId = await insertSweep(tx, input);
		if (input.traceParent !== undefined)
			await tx`update sweep set trace_parent = ${input.traceParent} where id = ${sweepId}`;
		const sweep = (await readSweep(tx, sweepId))!;
		if (idempotency) await keepAnswer(tx, idempotency, sweep);
		return { sweep, replayed: false };
	});
}

/** Locks the uploaded data set, so that whoever deletes it waits and then sees the sweep. */
async function keepDataset(tx: Queryable, projectId: string, { name, sha256 }: SweepSpec['dataset']): Promise<void> {
	if (sha256 === undefined) return;
	const [row] = await tx`select from dataset where sha256 = ${sha256} and project_id = ${projectId} for key share`;
	if (row) return;
	const message = `names ${name}, which was deleted just now`;
	throw new BasinError('invalid_spec', `/dataset/name ${message}.`, [{ pointer: '/dataset/name', message }]);
}

async function insertSweep(tx: Queryable, { projectId, spec, configurations, trainSize }: NewSweep): Promise<string> {
	const sweepId = newSweepId(Date.now());
	const { dataset, model, epochs, engine, optimizer, schedule, loss, weightDecay, budget } = spec;
	const training = { dataset, model, epochs, engine, optimizer, schedule, loss, weightDecay };
	await tx`
		insert into sweep (
			id, project_id, name, dataset, model, labels, spec, training, epochs, train_size, configurations, trials,
			max_seconds, max_failed_trials
		) values (
			${sweepId}, ${projectId}, ${spec.name}, ${dataset.name}, ${modelName(model)}, ${tx.json(spec.labels)}, ${tx.json(spec)},
			${tx.json(training)}, ${epochs}, ${trainSize}, ${configurations.length},
			${configurations.length * spec.seeds.length}, ${budget.maxSeconds ?? null}, ${budget.maxFailedTrials ?? null}
		)`;
	await insertConfigurations(tx, { sweepId, first: 0, configurations });
	await insertTrials(tx, { sweepId, first: 0, count: configurations.length, seeds: spec.seeds });
	return sweepId;
}

import { defaultProject } from '@basin/core/contracts/access.ts';
import type { Db } from '@basin/db/client.ts';
import { cancelSweep } from '@basin/db/sweeps/cancel.ts';
import { createSweep } from '@basin/db/sweeps/create.ts';
import { pauseSweep } from '@basin/db/sweeps/pause.ts';
import { cancelTrial } from '@basin/db/trials/cancel.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { recordCheckpoint } from '@basin/db/trials/record-checkpoint.ts';
import { recordEpoch } from '@basin/db/trials/record-epoch.ts';
import { releaseTrial } from '@basin/db/trials/release.ts';
import {
	sampleCheckpoint,
	sampleConfigurations,
	sampleDevice,
	sampleMetrics,
	sampleResult,
	sampleSpec,
} from '../support/samples.ts';
import type { Scene } from './racers.ts';

export type Prepare = (db: Db, scene: Scene) => Promise<unknown>;

const claim = (db: Db, trialId: string) => claimTrial({ db, trialId, workerId: 'first', leaseSeconds: 3600 });

/** Its first attempt has recorded one epoch and a checkpoint. */
const start: Prepare = async (db, { trialIds: [trialId] }) => {
	const attempt = { db, trialId, attemptNo: 1 };
	await claim(db, trialId);
	await recordEpoch({ ...attempt, metrics: sampleMetrics(1) });
	await recordCheckpoint({ ...attempt, checkpoint: sampleCheckpoint(trialId, 1, 1) });
};

const finishOther: Prepare = async (db, { trialIds: [, trialId] }) => {
	await claim(db, trialId);
	await recordEpoch({ db, trialId, attemptNo: 1, metrics: sampleMetrics(1) });
	await finishTrial({
		db,
		trialId,
		attemptNo: 1,
		result: sampleResult({ epochs: 1 }),
		device: sampleDevice,
		artifacts: [],
	});
};

const lapse: Prepare = ({ sql }, { trialIds }) =>
	sql`update trial set lease_expires_at = now() - interval '1 second' where id = ${trialIds[0]}`;

const cancelLongAgo: Prepare = async (db, { trialIds }) => {
	await cancelTrial({ db, trialId: trialIds[0] });
	await db.sql`update trial set cancel_requested_at = now() - interval '1 minute' where id = ${trialIds[0]}`;
};

const inTurn =
	(...steps: Prepare[]): Prepare =>
	async (db, scene) => {
		for (const step of steps) await step(db, scene);
	};

/** Situations of a sweep of two trials (two seeds of one configuration); each racer must do something in one of them. */
export const scenes: Record<string, Prepare> = {
	'nothing has been sent': async () => {},
	'a message was lost': ({ sql }, { trialIds }) => sql`
		with sent as (delete from outbox where trial_id = any(${trialIds}) returning trial_id)
		update trial set state = 'queued', dispatched_at = now() - interval '1 day' from sent where id = trial_id`,
	'the last trial runs': inTurn(start, finishOther),
	'both trials run': inTurn(start, (db, { trialIds }) => claim(db, trialIds[1])),
	'the lease has lapsed': inTurn(start, lapse, finishOther),
	'the lease of a cancelled trial has lapsed': inTurn(start, cancelLongAgo, lapse),
	'a cancel is not obeyed': inTurn(start, cancelLongAgo, finishOther),
	'the sweep is being cancelled': inTurn(start, (db, { sweepId }) => cancelSweep({ db, sweepId })),
	'a second attempt has just begun': inTurn(start, finishOther, async (db, scene) => {
		await releaseTrial({ db, trialId: scene.trialIds[0], attemptNo: 1 });
		await claim(db, scene.trialIds[0]);
		scene.attemptNo = 2;
	}),
	'the sweep is paused': inTurn(start, (db, { sweepId }) => pauseSweep({ db, sweepId })),
	'a message was on its way when the sweep was paused': inTurn(
		(db, { sweepId }) => pauseSweep({ db, sweepId }),
		({ sql }, { trialIds }) => sql`
			update trial set state = 'queued', dispatched_at = now() where id = any(${trialIds})`,
	),
	'the budget of seconds is used up': inTurn(
		start,
		({ sql }, { sweepId }) => sql`update sweep set started_at = now() - interval '1 day' where id = ${sweepId}`,
	),
	'the sweep stops, and nobody has told its trials': inTurn(
		start,
		({ sql }, { sweepId }) => sql`update sweep set state = 'stopping', stop_reason = 'why' where id = ${sweepId}`,
	),
	'a claim could not note the start': inTurn(
		start,
		({ sql }, { sweepId }) => sql`update sweep set state = 'queued', started_at = null where id = ${sweepId}`,
	),
	'the sweep was left open': inTurn(
		start,
		finishOther,
		(db, { trialIds }) => finishFirst(db, trialIds[0]),
		({ sql }, { sweepId }) => sql`
			update sweep set state = 'running', final_counts = null, finished_at = null where id = ${sweepId}`,
	),
	'the sweep has ended with a failure': inTurn(finishOther, async (db, { trialIds: [trialId] }) => {
		await claim(db, trialId);
		const attempt = { db, trialId, attemptNo: 1 };
		await failTrial({ ...attempt, reason: 'bad_config', message: 'no', device: sampleDevice, artifacts: [] });
	}),
};

async function finishFirst(db: Db, trialId: string): Promise<void> {
	const attempt = { db, trialId, attemptNo: 1 };
	await finishTrial({ ...attempt, result: sampleResult({ epochs: 1 }), device: sampleDevice, artifacts: [] });
}

/** Makes a sweep in this situation. */
export async function makeScene(db: Db, prepare: Prepare): Promise<Scene> {
	const configurations = sampleConfigurations(1);
	const spec = sampleSpec({ configurations, seeds: [0, 1], epochs: 1, budget: { maxSeconds: 1_000 } });
	const { sweep } = await createSweep({
		db,
		input: { projectId: defaultProject.id, spec, configurations, trainSize: 54_000 },
	});
	const trials = await db.sql<{ id: string }[]>`select id from trial where sweep_id = ${sweep.id} order by id`;
	const scene: Scene = { attemptNo: 1, sweepId: sweep.id, trialIds: trials.map(({ id }) => id) as [string, string] };
	await prepare(db, scene);
	return scene;
}

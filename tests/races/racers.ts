import { defaultProject } from '@basin/core/contracts/access.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import type { FailureReason } from '@basin/core/contracts/states.ts';
import type { Db } from '@basin/db/client.ts';
import { recordDeadLetter } from '@basin/db/dead-letters/record.ts';
import { relayOutbox } from '@basin/db/outbox/relay.ts';
import { enforceCancels, expireLeases } from '@basin/db/reconcile/leases.ts';
import { reconcile } from '@basin/db/reconcile/reconcile.ts';
import { redispatchUnclaimed } from '@basin/db/reconcile/redispatch.ts';
import { closeFinished, parkPaused, startSweeps, stopOverBudget, windDown } from '@basin/db/reconcile/sweeps.ts';
import { cancelSweep } from '@basin/db/sweeps/cancel.ts';
import { createSweep } from '@basin/db/sweeps/create.ts';
import { deleteSweep } from '@basin/db/sweeps/delete.ts';
import { extendSweep } from '@basin/db/sweeps/extend.ts';
import { pauseSweep } from '@basin/db/sweeps/pause.ts';
import { resumeSweep } from '@basin/db/sweeps/resume.ts';
import { retryFailed } from '@basin/db/sweeps/retry-failed.ts';
import { stopSweep } from '@basin/db/sweeps/stop.ts';
import { cancelTrial } from '@basin/db/trials/cancel.ts';
import { acknowledgeCancel } from '@basin/db/trials/cancelled.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { heartbeat } from '@basin/db/trials/heartbeat.ts';
import { recordCheckpoint } from '@basin/db/trials/record-checkpoint.ts';
import { recordEpoch } from '@basin/db/trials/record-epoch.ts';
import { releaseTrial } from '@basin/db/trials/release.ts';
import { resumeTrial } from '@basin/db/trials/resume.ts';
import { retryTrial } from '@basin/db/trials/retry.ts';
import {
	sampleArtifact,
	sampleCheckpoint,
	sampleConfigurations,
	sampleDevice,
	sampleMetrics,
	sampleResult,
	sampleSpec,
} from '../support/samples.ts';

/** What two verbs race for: the first trial of a sweep, mostly in its first attempt. */
export type Scene = { sweepId: string; trialIds: [string, string]; attemptNo: number };

/** One verb; `call` answers what its caller sees. */
export type Racer = {
	/** Where it lies below db/. */
	file: string;
	call(db: Db, scene: Scene): Promise<unknown>;
	/**
	 * `no`: several transactions, so none can be held open around them. Its parts are racers of their own; it is the
	 * second in every pair, and as the first it is run around the second where `around` says how.
	 */
	held?: 'no';
	around?(db: Db, scene: Scene, other: () => Promise<void>): Promise<unknown>;
};

const attempt = (db: Db, { trialIds, attemptNo }: Scene) => ({ db, trialId: trialIds[0], attemptNo });

const failing =
	(reason: FailureReason): Racer['call'] =>
	(db, scene) =>
		failTrial({ ...attempt(db, scene), reason, message: 'why', device: sampleDevice, artifacts: [] });

const finishing =
	(place: 0 | 1): Racer['call'] =>
	async (db, scene) => {
		const trialId = scene.trialIds[place];
		const attempt = { db, trialId, attemptNo: place === 0 ? scene.attemptNo : 1 };
		await recordEpoch({ ...attempt, metrics: sampleMetrics(1) });
		return finishTrial({
			...attempt,
			result: sampleResult({ valAccuracy: 0.9 + place / 100, epochs: 1 }),
			device: sampleDevice,
			artifacts: [sampleArtifact(trialId, attempt.attemptNo)],
		});
	};

const relaying = (db: Db, between: () => Promise<void> = async () => {}) =>
	relayOutbox({
		db,
		send: async (batch) => {
			await between();
			return { successfulIds: batch.map(({ id }) => id) };
		},
	});

/** Every verb that writes. A file below db/ that has none here, and is not known to be a reader, fails a test. */
export const racers: Record<string, Racer> = {
	claim: {
		file: 'trials/claim.ts',
		call: async (db, { trialIds }) => {
			const assignment = await claimTrial({ db, trialId: trialIds[0], workerId: 'racer', leaseSeconds: 3600 });
			return assignment && [assignment.attemptNo, assignment.checkpoints];
		},
	},
	heartbeat: {
		file: 'trials/heartbeat.ts',
		call: (db, scene) => heartbeat({ ...attempt(db, scene), leaseSeconds: 3600 }),
	},
	'record epoch': {
		file: 'trials/record-epoch.ts',
		call: (db, scene) => recordEpoch({ ...attempt(db, scene), metrics: sampleMetrics(1, { valAccuracy: 0.5 }) }),
	},
	'record checkpoint': {
		file: 'trials/record-checkpoint.ts',
		call: (db, scene) =>
			recordCheckpoint({ ...attempt(db, scene), checkpoint: sampleCheckpoint(scene.trialIds[0], scene.attemptNo, 1) }),
	},
	'resume from the start': {
		file: 'trials/resume.ts',
		call: (db, scene) => resumeTrial({ ...attempt(db, scene), epoch: 0, note: 'It cannot be read.' }),
	},
	finish: { file: 'trials/finish.ts', call: finishing(0) },
	'finish the other': { file: 'trials/finish.ts', call: finishing(1) },
	'fail for good': { file: 'trials/fail.ts', call: failing('diverged') },
	'fail to be tried again': { file: 'trials/fail.ts', call: failing('unknown') },
	release: { file: 'trials/release.ts', call: (db, scene) => releaseTrial(attempt(db, scene)) },
	'acknowledge cancel': { file: 'trials/cancelled.ts', call: (db, scene) => acknowledgeCancel(attempt(db, scene)) },
	'cancel trial': {
		file: 'trials/cancel.ts',
		call: async (db, { trialIds }) => (await cancelTrial({ db, trialId: trialIds[0] })).state,
	},
	'cancel sweep': {
		file: 'sweeps/cancel.ts',
		call: async (db, { sweepId }) => void (await cancelSweep({ db, sweepId })),
	},
	pause: { file: 'sweeps/pause.ts', call: async (db, { sweepId }) => void (await pauseSweep({ db, sweepId })) },
	resume: { file: 'sweeps/resume.ts', call: async (db, { sweepId }) => void (await resumeSweep({ db, sweepId })) },
	stop: { file: 'sweeps/stop.ts', call: async (db, { sweepId }) => void (await stopSweep({ db, sweepId })) },
	'retry failed': {
		file: 'sweeps/retry-failed.ts',
		call: async (db, { sweepId }) => (await retryFailed({ db, sweepId })).retried,
	},
	'retry trial': {
		file: 'trials/retry.ts',
		call: async (db, { trialIds }) => void (await retryTrial({ db, trialId: trialIds[0] })),
	},
	extend: {
		file: 'sweeps/extend.ts',
		call: async (db, { sweepId }) => (await extendSweep({ db, sweepId, extension: { seeds: [7] } })).added,
	},
	'delete sweep': {
		file: 'sweeps/delete.ts',
		call: async (db, { sweepId }) => (await deleteSweep({ db, sweepId })).artifactKeys.length,
	},
	'create sweep': {
		file: 'sweeps/create.ts',
		call: async (db, { sweepId }) => {
			const idempotency = { key: `again ${sweepId}`, bodyHash: 'hash' };
			const input = {
				projectId: defaultProject.id,
				spec: sampleSpec(),
				configurations: sampleConfigurations(1),
				trainSize: 1,
				idempotency,
			};
			const { sweep, replayed } = await createSweep({ db, input });
			return [sweep.counts.total, replayed];
		},
	},
	'record dead letter': {
		file: 'dead-letters/record.ts',
		call: (db, { trialIds: [trialId] }) => {
			const letter = { messageId: `of ${trialId}`, body: '{}', trialId, dispatchNo: 1, receiveCount: 3 };
			return recordDeadLetter({ db, letter });
		},
	},
	'mark sent': {
		file: 'outbox/relay.ts',
		call: async ({ sql }, { trialIds }) => {
			const sent = await sql`select trial_id, dispatch_no from outbox where trial_id = any(${trialIds})`;
			const column = (name: string) => sent.map((row) => row[name]);
			await sql`select mark_dispatched(${column('trial_id')}::text[], ${column('dispatch_no')}::integer[])`;
		},
	},
	relay: {
		file: 'outbox/relay.ts',
		held: 'no',
		call: (db) => relaying(db),
		around: (db, _scene, other) => relaying(db, other),
	},
	'expire lease': { file: 'reconcile/leases.ts', call: (db) => expireLeases(db) },
	'enforce cancel': { file: 'reconcile/leases.ts', call: (db) => enforceCancels(db, 20) },
	'send again': { file: 'reconcile/redispatch.ts', call: (db) => redispatchUnclaimed(db, 60) },
	'start sweeps': { file: 'reconcile/sweeps.ts', call: (db) => startSweeps(db) },
	'stop over budget': { file: 'reconcile/sweeps.ts', call: async (db) => void (await stopOverBudget(db)) },
	'park paused': { file: 'reconcile/sweeps.ts', call: (db) => parkPaused(db) },
	'wind down': { file: 'reconcile/sweeps.ts', call: async (db) => void (await windDown(db)) },
	close: { file: 'reconcile/sweeps.ts', call: async (db) => void (await closeFinished(db)) },
	reconcile: {
		file: 'reconcile/reconcile.ts',
		held: 'no',
		// What a tick misses the next one finds, so its counts promise nothing.
		call: async (db) => void (await reconcile({ db, redispatchAfterSeconds: 60 })),
	},
};

/** Files below db/ that hold no verb that writes to a sweep, or a part of one; everything else there must be raced. */
export const readers = [
	'client.ts',
	'cursor.ts',
	'dial.ts',
	'drizzle.config.ts',
	'dump-schema.ts',
	'grant-logins.ts',
	'iam-password.ts',
	'migrate.ts',
	'transactions.ts',
	'baselines/columns.ts',
	'baselines/delete.ts',
	'baselines/get.ts',
	'baselines/list.ts',
	'baselines/set.ts',
	'datasets/create.ts',
	'datasets/dataset-row.ts',
	'datasets/delete.ts',
	'datasets/find.ts',
	'datasets/get.ts',
	'datasets/list.ts',
	'datasets/register.ts',
	'dead-letters/count.ts',
	'devices/list.ts',
	'drainers/scale.ts',
	'exports/metrics.ts',
	'exports/snapshot.ts',
	'exports/trials.ts',
	'leaderboard/across.ts',
	'leaderboard/entries.ts',
	'leaderboard/kept-boards.ts',
	'leaderboard/packed-boards.ts',
	'leaderboard/rank.ts',
	'leaderboard/seconds-to-target.ts',
	'objects/orphans.ts',
	'projects/create.ts',
	'projects/find.ts',
	'projects/hold-quota.ts',
	'projects/list.ts',
	'projects/owns.ts',
	'projects/project-row.ts',
	'reconcile/expire-records.ts',
	'reconcile/pages.ts',
	'sweeps/changes.ts',
	'sweeps/control-errors.ts',
	'sweeps/gate-side.ts',
	'sweeps/get.ts',
	'sweeps/hold.ts',
	'sweeps/idempotency.ts',
	'sweeps/insert-trials.ts',
	'sweeps/list.ts',
	'sweeps/summary.ts',
	'tokens/create.ts',
	'tokens/find.ts',
	'tokens/list.ts',
	'tokens/revoke.ts',
	'tokens/token-row.ts',
	'trials/get.ts',
	'trials/list-artifacts.ts',
	'trials/list-metrics.ts',
	'trials/list.ts',
	'trials/trial-row.ts',
	'webhooks/create.ts',
	'webhooks/delete.ts',
	'webhooks/deliveries.ts',
	'webhooks/list-deliveries.ts',
	'webhooks/list.ts',
	'webhooks/webhook-row.ts',
	'work/arm.ts',
	'work/disarm.ts',
	'work/is-idle.ts',
	'work/measure.ts',
	'work/survey.ts',
	'work/trace-parents.ts',
];

/** What a caller sees: an answer, or the code of a refusal. A refusal by the database itself is no answer. */
export async function answerOf(call: Promise<unknown>): Promise<unknown> {
	try {
		return await call;
	} catch (error) {
		if (error instanceof BasinError) return error.code;
		const { code } = error as { code?: string };
		// A worker that asks for what cannot be (a checkpoint of an epoch that is gone) is refused by a raised exception.
		if (code === '23514' && error instanceof Error) return error.message.replace(/trl_\w+/, 'the trial');
		throw error;
	}
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../tests/support/postgres.ts';
import {
	everything,
	sampleArtifact,
	sampleCheckpoint,
	sampleDevice,
	sampleMetrics,
	sampleResult,
	sampleSweep,
} from '../../tests/support/samples.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import { cancelTrial } from './cancel.ts';
import { acknowledgeCancel } from './cancelled.ts';
import { claimTrial } from './claim.ts';
import { failTrial } from './fail.ts';
import { finishTrial } from './finish.ts';
import { getTrial } from './get.ts';
import { heartbeat } from './heartbeat.ts';
import { recordCheckpoint } from './record-checkpoint.ts';
import { recordEpoch } from './record-epoch.ts';
import { releaseTrial } from './release.ts';
import { resumeTrial } from './resume.ts';

const { db } = await testDatabase();
const { sql } = db;

type Attempt = { trialId: string; attemptNo: number };
type Write = (attempt: Attempt) => Promise<unknown>;

/** All that a worker can write, and what each answers when it is fenced. */
const writes: Record<string, { write: Write; fenced: unknown }> = {
	heartbeat: { write: (attempt) => heartbeat({ db, ...attempt, leaseSeconds: 60 }), fenced: 'fenced' },
	'record epoch': { write: (attempt) => recordEpoch({ db, ...attempt, metrics: sampleMetrics(2) }), fenced: false },
	'record checkpoint': {
		write: (attempt) =>
			recordCheckpoint({ db, ...attempt, checkpoint: sampleCheckpoint(attempt.trialId, attempt.attemptNo, 1) }),
		fenced: null,
	},
	resume: { write: (attempt) => resumeTrial({ db, ...attempt, epoch: 0, note: 'late' }), fenced: false },
	finish: {
		write: (attempt) =>
			finishTrial({
				db,
				...attempt,
				result: sampleResult({ valAccuracy: 0.1 }),
				device: { ...sampleDevice, key: 'cpu-stalled' },
				artifacts: [sampleArtifact(attempt.trialId, attempt.attemptNo)],
			}),
		fenced: false,
	},
	fail: {
		write: (attempt) =>
			failTrial({ db, ...attempt, reason: 'diverged', message: 'late', device: sampleDevice, artifacts: [] }),
		fenced: false,
	},
	'fail for a reason that is tried again': {
		write: (attempt) =>
			failTrial({ db, ...attempt, reason: 'infrastructure', message: 'late', device: null, artifacts: [] }),
		fenced: false,
	},
	release: { write: (attempt) => releaseTrial({ db, ...attempt }), fenced: false },
	'acknowledge a cancel': { write: (attempt) => acknowledgeCancel({ db, ...attempt }), fenced: false },
};

/** A trial whose first worker stalled: its lease ran out, and a second worker has it now. */
async function stalledTrial(): Promise<string> {
	const { trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	await claimTrial({ db, trialId, workerId: 'stalled', leaseSeconds: 60 });
	await checkpointedEpochs({ trialId, attemptNo: 1 }, 2);
	await sql`update trial set lease_expires_at = now() - interval '1 second' where id = ${trialId}`;
	await reconcile({ db, redispatchAfterSeconds: 3600 });
	await sql`update trial set due_at = now() where id = ${trialId}`;
	const second = await claimTrial({ db, trialId, workerId: 'second', leaseSeconds: 60 });
	assert.equal(second?.attemptNo, 2);
	return trialId;
}

/** Epochs 1 to `epochs`, each with a checkpoint: something that a late write could spoil. */
async function checkpointedEpochs(attempt: Attempt, epochs: number): Promise<void> {
	for (let epoch = 1; epoch <= epochs; epoch++) {
		await recordEpoch({ db, ...attempt, metrics: sampleMetrics(epoch) });
		await recordCheckpoint({ db, ...attempt, checkpoint: sampleCheckpoint(attempt.trialId, attempt.attemptNo, epoch) });
	}
}

for (const [name, { write, fenced }] of Object.entries(writes)) {
	for (const asked of [false, true]) {
		test(`a stalled worker’s late ${name} changes nothing while another attempt ${asked ? 'is being cancelled' : 'runs'}`, async () => {
			const trialId = await stalledTrial();
			if (asked) await cancelTrial({ db, trialId });
			const before = await everything(db);
			assert.equal(await write({ trialId, attemptNo: 1 }), fenced);
			assert.deepEqual(await everything(db), before);
		});
	}

	test(`a stalled worker’s late ${name} changes nothing while the trial waits for another`, async () => {
		const { trialIds } = await sampleSweep(db);
		const trialId = trialIds[0]!;
		await claimTrial({ db, trialId, workerId: 'stalled', leaseSeconds: 60 });
		await releaseTrial({ db, trialId, attemptNo: 1 });
		const before = await everything(db);
		assert.equal(await write({ trialId, attemptNo: 1 }), fenced);
		assert.deepEqual(await everything(db), before);
	});

	test(`${name} with the number of an attempt that was never made changes nothing`, async () => {
		const trialId = await stalledTrial();
		const before = await everything(db);
		assert.equal(await write({ trialId, attemptNo: 3 }), fenced);
		assert.deepEqual(await everything(db), before);
	});

	for (const end of ['succeeded', 'failed', 'cancelled'] as const) {
		test(`${name} by the very attempt that has ${end} changes nothing`, async () => {
			const trialId = await endedTrial(end);
			const before = await everything(db);
			assert.equal(await write({ trialId, attemptNo: 1 }), fenced);
			assert.deepEqual(await everything(db), before);
		});
	}
}

async function endedTrial(end: 'succeeded' | 'failed' | 'cancelled'): Promise<string> {
	const { trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	const attempt = { trialId, attemptNo: 1 };
	await claimTrial({ db, trialId, workerId: 'worker', leaseSeconds: 60 });
	await checkpointedEpochs(attempt, 2);
	if (end === 'succeeded') {
		await finishTrial({ db, ...attempt, result: sampleResult(), device: sampleDevice, artifacts: [] });
	} else if (end === 'failed') {
		await failTrial({ db, ...attempt, reason: 'diverged', message: 'NaN', device: sampleDevice, artifacts: [] });
	} else {
		await cancelTrial({ db, trialId });
		await acknowledgeCancel({ db, ...attempt });
	}
	assert.equal((await getTrial({ db, trialId })).state, end);
	return trialId;
}

test('the attempt that has the lease is not fenced', async () => {
	const trialId = await stalledTrial();
	const attempt = { trialId, attemptNo: 2 };
	assert.equal(await heartbeat({ db, ...attempt, leaseSeconds: 60 }), 'continue');
	assert.equal(await resumeTrial({ db, ...attempt, epoch: 0, note: null }), true);
	assert.equal(await recordEpoch({ db, ...attempt, metrics: sampleMetrics(1) }), true);
	assert.deepEqual(await recordCheckpoint({ db, ...attempt, checkpoint: sampleCheckpoint(trialId, 2, 1) }), []);
	assert.equal(
		await finishTrial({ db, ...attempt, result: sampleResult(), device: sampleDevice, artifacts: [] }),
		true,
	);
});

test('a heartbeat renews the lease by the database’s clock', async () => {
	const { trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	await claimTrial({ db, trialId, workerId: 'worker', leaseSeconds: 1 });
	await heartbeat({ db, trialId, attemptNo: 1, leaseSeconds: 100 });
	const [row] = await sql<{ left: number }[]>`
		select extract(epoch from lease_expires_at - now())::float8 as left from trial where id = ${trialId}`;
	assert.ok(row!.left > 95 && row!.left <= 101, `${row!.left} s are left`);
});

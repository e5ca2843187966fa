import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Directive } from '@basin/core/contracts/states.ts';
import { startLease } from './lease.ts';
import { createManualClock } from './testing/manual-clock.ts';
import { quietLog } from './testing/memory-ports.ts';

function leaseUnderTest(heartbeat: () => Promise<Directive>) {
	const clock = createManualClock();
	const beats: number[] = [];
	const lease = startLease({
		ref: { trialId: 'trl_1', attemptNo: 1 },
		ledger: {
			heartbeat: () => {
				beats.push(clock.now());
				return heartbeat();
			},
		},
		settings: { heartbeatSeconds: 15, leaseSeconds: 60 },
		claimedAt: 0,
		clock,
		log: quietLog,
	});
	return { lease, clock, beats };
}

test('a lease is renewed at its interval until it ends', async () => {
	const { lease, clock, beats } = leaseUnderTest(async () => 'continue');
	await clock.advance(46_000);
	assert.deepEqual(beats, [15_000, 30_000, 45_000]);
	lease.end();
	await clock.advance(60_000);
	assert.equal(beats.length, 3);
	assert.equal(lease.stopReason(), null);
});

for (const directive of ['cancel', 'fenced'] as const) {
	test(`the reply "${directive}" stops the attempt, and no later reason replaces it`, async () => {
		const { lease, clock, beats } = leaseUnderTest(async () => directive);
		await clock.advance(15_000);
		lease.stop(directive === 'fenced' ? 'cancel' : 'fenced');
		assert.equal(lease.signal.aborted, true);
		assert.equal(lease.stopReason(), directive);
		await clock.advance(60_000);
		assert.equal(beats.length, 1, 'a stopped attempt beats no more');
	});
}

test('a trial that is wanted back keeps its lease until it has come to a checkpoint', async () => {
	const { lease, clock, beats } = leaseUnderTest(async () => 'release');
	assert.equal(lease.releaseAsked.aborted, false);
	await clock.advance(15_000);
	assert.equal(lease.releaseAsked.aborted, true);
	assert.equal(lease.stopReason(), null);
	await clock.advance(60_000);
	assert.deepEqual(beats, [15_000, 30_000, 45_000, 60_000, 75_000]);
	assert.equal(await lease.confirm(), true);
	lease.end();
});

test('while the database is away the lease beats on, faster, and lives when it comes back', async () => {
	let away = true;
	const { lease, clock, beats } = leaseUnderTest(async () => {
		if (away) throw new Error('connection refused');
		return 'continue';
	});
	await clock.advance(25_000);
	assert.deepEqual(beats, [15_000, 17_000, 19_000, 21_000, 23_000, 25_000]);
	away = false;
	await clock.advance(2_000);
	assert.equal(lease.stopReason(), null);
	await clock.advance(15_000);
	assert.equal(beats.at(-1), 42_000, 'back to the usual interval');
});

test('a lapsed lease may write again only after the database has confirmed it', async () => {
	let reply: Directive | null = null;
	const { lease, clock, beats } = leaseUnderTest(async () => {
		if (reply === null) throw new Error('no answer');
		return reply;
	});
	assert.equal(await lease.confirm(), true, 'within its time the lease needs no question');
	assert.equal(beats.length, 0);
	await clock.advance(60_000);
	reply = 'fenced';
	assert.equal(await lease.confirm(), false);
	assert.equal(lease.stopReason(), 'fenced');
});

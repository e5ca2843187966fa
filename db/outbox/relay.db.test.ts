import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleSweep } from '../../tests/support/samples.ts';
import { cancelSweep } from '../sweeps/cancel.ts';
import { claimTrial } from '../trials/claim.ts';
import { getTrial } from '../trials/get.ts';
import { type OutboxBatch, relayOutbox, type SendBatch } from './relay.ts';

const { db } = await testDatabase();
const { sql } = db;

/** A queue that takes what `accepts` lets through, and remembers everything that it was offered. */
function queue(accepts: (trialId: string) => boolean = () => true) {
	const offered: OutboxBatch[] = [];
	const send: SendBatch = async (batch) => {
		offered.push(batch);
		return { successfulIds: batch.filter(({ message }) => accepts(message.trialId)).map(({ id }) => id) };
	};
	const trialIds = () => offered.flat().map(({ message }) => message.trialId);
	return { offered, send, trialIds };
}

/** Tests share the outbox: empty it, so that each sees its own messages only. */
async function emptySweep(configurations: number) {
	await sql`delete from outbox`;
	await sql`delete from trial`;
	return sampleSweep(db, { configurations });
}

async function states(trialIds: string[]) {
	const trials = await Promise.all(trialIds.map((trialId) => getTrial({ db, trialId })));
	return trials.map(({ state }) => state);
}

test('messages are sent in tens, in the order of the trials, and their trials are queued', async () => {
	const { trialIds } = await emptySweep(23);
	const { send, offered } = queue();
	assert.equal(await relayOutbox({ db, send }), 23);
	assert.deepEqual(
		offered.map((batch) => batch.length),
		[10, 10, 3],
	);
	assert.deepEqual(
		offered.flat().map(({ message }) => message),
		trialIds.map((trialId) => ({ v: 1, trialId, dispatchNo: 1 })),
	);
	for (const { id } of offered.flat()) assert.match(id, /^[A-Za-z0-9_-]{1,80}$/);
	assert.deepEqual(new Set(await states(trialIds)), new Set(['queued']));
	assert.equal(await relayOutbox({ db, send }), 0);
});

test('when the queue takes only some of a batch, only those are marked, and the others are sent again', async () => {
	const { trialIds } = await emptySweep(12);
	const refused = new Set([trialIds[3], trialIds[11]]);
	const first = queue((trialId) => !refused.has(trialId));
	assert.equal(await relayOutbox({ db, send: first.send }), 10);
	assert.deepEqual(
		await states(trialIds),
		trialIds.map((trialId) => (refused.has(trialId) ? 'pending' : 'queued')),
	);
	const second = queue();
	assert.equal(await relayOutbox({ db, send: second.send }), 2);
	assert.deepEqual(second.trialIds(), [trialIds[3], trialIds[11]]);
});

test('when the queue cannot be reached, nothing is marked and everything is due again', async () => {
	const { trialIds } = await emptySweep(15);
	const send: SendBatch = async () => {
		throw new Error('the queue is away');
	};
	await assert.rejects(relayOutbox({ db, send }), /the queue is away/);
	assert.deepEqual(new Set(await states(trialIds)), new Set(['pending']));
	const { send: works } = queue();
	assert.equal(await relayOutbox({ db, send: works }), 15);
});

test('two relays at once send every message once', async () => {
	const { trialIds } = await emptySweep(200);
	const { send, trialIds: sent } = queue();
	const counts = await Promise.all([relayOutbox({ db, send, limit: 70 }), relayOutbox({ db, send, limit: 150 })]);
	await relayOutbox({ db, send });
	assert.ok(counts.every((count) => count > 0));
	assert.deepEqual(sent().sort(), trialIds);
});

test('what a relay took and never sent is sent by another, once that one must be dead', async () => {
	const { trialIds } = await emptySweep(1);
	let release = () => {};
	const stuck = relayOutbox({
		db,
		send: (batch) =>
			new Promise((resolve) => {
				release = () => resolve({ successfulIds: batch.map(({ id }) => id) });
			}),
	});
	await waitFor(async () => (await sql`select from outbox where due_at > now()`).length === 1);
	const other = queue();
	assert.equal(await relayOutbox({ db, send: other.send }), 0, 'it may still be sending');
	const [row] = await sql<{ left: number }[]>`select extract(epoch from due_at - now())::float8 as left from outbox`;
	assert.ok(row!.left > 20 && row!.left <= 30);
	await sql`update outbox set due_at = now()`;
	assert.equal(await relayOutbox({ db, send: other.send }), 1);
	release();
	await stuck;
	assert.deepEqual(await states(trialIds), ['queued']);
});

test('a trial that was claimed or cancelled before its message was marked stays as it is', async () => {
	const { sweepId, trialIds } = await emptySweep(2);
	let claimed: unknown;
	await relayOutbox({
		db,
		send: async (batch) => {
			claimed = await claimTrial({ db, trialId: trialIds[0]!, workerId: 'quick', leaseSeconds: 60 });
			await cancelSweep({ db, sweepId });
			return { successfulIds: batch.map(({ id }) => id) };
		},
	});
	assert.notEqual(claimed, null);
	assert.deepEqual(await states(trialIds), ['running', 'cancelled']);
	assert.equal((await sql`select from outbox`).length, 0);
});

test('no more messages wait in the queue than the window allows; claims make room', async () => {
	const { trialIds } = await emptySweep(30);
	const { send } = queue();
	assert.equal(await relayOutbox({ db, send, window: 20 }), 20);
	assert.equal(await relayOutbox({ db, send, window: 20 }), 0);
	for (const trialId of trialIds.slice(0, 5)) await claimTrial({ db, trialId, workerId: 'w', leaseSeconds: 60 });
	assert.equal(await relayOutbox({ db, send, window: 20 }), 5);
});

test('a message that is not due yet is not sent', async () => {
	await emptySweep(1);
	await sql`update outbox set due_at = now() + interval '1 minute'`;
	assert.equal(await relayOutbox({ db, send: queue().send }), 0);
});

async function waitFor(condition: () => Promise<boolean>) {
	for (const deadline = Date.now() + 10_000; !(await condition()); ) {
		assert.ok(Date.now() < deadline, 'it never happened');
	}
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultProject } from '@basin/core/contracts/access.ts';
import { Sweep } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { TrialId } from '@basin/core/contracts/ids.ts';
import { untilBlocked } from '../../tests/support/locks.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { everything, sampleConfigurations, sampleSpec } from '../../tests/support/samples.ts';
import { claimTrial } from '../trials/claim.ts';
import { createSweep, type NewSweep } from './create.ts';
import { getSweep } from './get.ts';

const { db } = await testDatabase();
const { sql } = db;

function newSweep(changes: Partial<NewSweep> = {}): NewSweep {
	return {
		projectId: defaultProject.id,
		spec: sampleSpec({ seeds: [7, 3] }),
		configurations: sampleConfigurations(3),
		trainSize: 54_000,
		...changes,
	};
}

const codeIs = (code: string) => (error: unknown) => error instanceof BasinError && error.code === code;

test('a sweep has one trial per configuration and seed, each with a message to be sent', async () => {
	const { sweep, replayed } = await createSweep({ db, input: newSweep() });
	assert.equal(replayed, false);
	assert.deepEqual(Sweep.parse(sweep), sweep);
	assert.deepEqual(await getSweep({ db, sweepId: sweep.id }), sweep);
	assert.equal(sweep.counts.pending, 6);
	const trials = await sql`
		select trial.id, configuration_no, seed, eta, trial.batch_size, outbox.dispatch_no
		from trial join configuration using (sweep_id, configuration_no) left join outbox on outbox.trial_id = trial.id
		where sweep_id = ${sweep.id} order by trial.id`;
	assert.deepEqual(
		trials.map(({ configuration_no, seed, eta, batch_size, dispatch_no }) => [
			configuration_no,
			seed,
			eta,
			batch_size,
			dispatch_no,
		]),
		[0, 1, 2].flatMap((no) => [7, 3].map((seed) => [no, seed, (no + 1) / 1000, 100, 1])),
	);
	for (const { id } of trials) assert.equal(TrialId.safeParse(id).success, true);
});

test('the same key and body give the first answer again, even after the sweep has moved on', async () => {
	const idempotency = { key: 'again', bodyHash: 'a' };
	const first = await createSweep({ db, input: newSweep({ idempotency }) });
	const [trial] = await sql<{ id: string }[]>`select id from trial where sweep_id = ${first.sweep.id} limit 1`;
	await claimTrial({ db, trialId: trial!.id, workerId: 'w', leaseSeconds: 60 });
	const second = await createSweep({ db, input: newSweep({ idempotency }) });
	assert.deepEqual(second, { sweep: first.sweep, replayed: true });
});

test('the same key with another body is refused', async () => {
	await createSweep({ db, input: newSweep({ idempotency: { key: 'other body', bodyHash: 'a' } }) });
	await assert.rejects(
		createSweep({ db, input: newSweep({ idempotency: { key: 'other body', bodyHash: 'b' } }) }),
		codeIs('idempotency_mismatch'),
	);
});

test('twenty requests with one key at once make one sweep; each gets it or is told to wait', async () => {
	const before = await sql`select from sweep`;
	const idempotency = { key: 'at once', bodyHash: 'a' };
	const outcomes = await Promise.allSettled(
		Array.from({ length: 20 }, () => createSweep({ db, input: newSweep({ idempotency }) })),
	);
	const answers = outcomes.filter((outcome) => outcome.status === 'fulfilled').map((outcome) => outcome.value);
	assert.equal(new Set(answers.map(({ sweep }) => sweep.id)).size, 1);
	assert.equal(answers.filter(({ replayed }) => !replayed).length, 1);
	for (const outcome of outcomes) {
		if (outcome.status === 'rejected') assert.ok(codeIs('idempotency_in_progress')(outcome.reason));
	}
	assert.equal((await sql`select from sweep`).length, before.length + 1);
});

test('while the first request with a key is still running, the second is told so at once', async () => {
	const blocker = await sql.reserve();
	await blocker`begin`;
	await blocker`lock table outbox in share mode`;
	const idempotency = { key: 'slow', bodyHash: 'a' };
	const first = createSweep({ db, input: newSweep({ idempotency }) });
	await untilBlocked(db);
	await assert.rejects(createSweep({ db, input: newSweep({ idempotency }) }), codeIs('idempotency_in_progress'));
	await blocker`commit`;
	blocker.release();
	assert.equal((await first).replayed, false);
});

for (const table of ['configuration', 'trial', 'outbox', 'idempotency']) {
	test(`a POST that dies while writing ${table} leaves nothing, and its key can be used again`, async () => {
		await sql`create function refuse() returns trigger language plpgsql as 'begin raise exception ''refused''; end'`;
		await sql`create trigger refuse before insert on ${sql(table)} for each statement execute function refuse()`;
		const before = await everything(db);
		const input = newSweep({ idempotency: { key: `dies at ${table}`, bodyHash: 'a' } });
		await assert.rejects(createSweep({ db, input }), /refused/);
		assert.deepEqual(await everything(db), before);
		await sql`drop function refuse cascade`;
		assert.equal((await createSweep({ db, input })).replayed, false);
	});
}

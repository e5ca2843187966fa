import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ExtendedSweep, RetriedSweep, Sweep, TrialWithAttempts } from '@basin/core/contracts/api.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { post, read, readProblem, smallSpec, testApp } from './testing/app.ts';

const database = await testDatabase();
const { db } = database;
const basin = testApp({ db });
const { app } = basin;

const submit = async () => read(await post(app, '/v1/sweeps', smallSpec), 201, Sweep);
const control = (id: string, verb: string) => app.request(`/v1/sweeps/${id}/${verb}`, { method: 'POST' });
const unknownId = `swp_${'0'.repeat(26)}`;

describe('the control verbs', () => {
	it('pause, resume and stop answer the sweep as it is then, and again the same', async () => {
		const { id } = await submit();
		for (const [verb, state] of [
			['pause', 'paused'],
			['resume', 'queued'],
		] as const) {
			for (let n = 0; n < 2; n++) assert.equal((await read(await control(id, verb), 200, Sweep)).state, state);
		}
		const stopped = await read(await control(id, 'stop'), 200, Sweep);
		assert.deepEqual(
			[stopped.state, stopped.counts.cancelled, stopped.stopReason],
			['failed', 8, 'Stopped by request.'],
		);
		for (const verb of ['pause', 'resume', 'stop']) {
			await readProblem(await control(id, verb), 409, 'already_terminal');
		}
	});

	it('resume and retry-failed wake the relay', async () => {
		const { id } = await submit();
		for (const verb of ['resume', 'retry-failed']) {
			const woken = basin.wakes();
			assert.equal((await control(id, verb)).status, 200);
			assert.equal(basin.wakes(), woken + 1, verb);
		}
	});

	it('of a sweep that is being cancelled all others are a 409 in one sentence', async () => {
		const { id } = await submit();
		const [trial] = await db.sql<{ id: string }[]>`select id from trial where sweep_id = ${id} limit 1`;
		await claimTrial({ db, trialId: trial!.id, workerId: 'w1', leaseSeconds: 60 });
		await control(id, 'cancel');
		for (const verb of ['pause', 'resume', 'stop', 'retry-failed']) {
			const { detail } = await readProblem(await control(id, verb), 409, 'state_conflict');
			assert.equal(detail, 'The sweep is cancelling: wait for its end.');
		}
	});

	it('retry-failed says how many trials run again, and opens an ended sweep', async () => {
		const { id } = await submit();
		const trials = await db.sql<{ id: string }[]>`select id from trial where sweep_id = ${id} order by id`;
		for (const { id: trialId } of trials) {
			await claimTrial({ db, trialId, workerId: 'w1', leaseSeconds: 60 });
			const outcome = { reason: 'bad_config' as const, message: 'no', device: null, artifacts: [] };
			await failTrial({ db, trialId, attemptNo: 1, ...outcome });
		}
		assert.equal((await read(await app.request(`/v1/sweeps/${id}`), 200, Sweep)).state, 'failed');
		const again = await read(await control(id, 'retry-failed'), 200, RetriedSweep);
		assert.deepEqual([again.retried, again.state, again.counts.queued, again.finishedAt], [8, 'running', 8, null]);
		assert.equal((await read(await control(id, 'retry-failed'), 200, RetriedSweep)).retried, 0);
	});

	it('that would wait too long for another are a 503, to be tried again', async (t) => {
		const { id } = await submit();
		const impatient = database.open({ max: 1, lockTimeoutSeconds: 0.05 });
		const busy = testApp({ db: impatient });
		t.after(() => impatient.close());
		await db.sql.begin(async (tx) => {
			await tx`select from sweep where id = ${id} for update`;
			for (const verb of ['pause', 'resume', 'stop', 'cancel', 'retry-failed']) {
				const response = await busy.app.request(`/v1/sweeps/${id}/${verb}`, { method: 'POST' });
				assert.equal(response.headers.get('retry-after'), '1', verb);
				await readProblem(response, 503, 'unavailable');
			}
		});
		assert.equal((await read(await app.request(`/v1/sweeps/${id}`), 200, Sweep)).state, 'queued');
	});

	it('of a sweep that does not exist are a 404', async () => {
		for (const verb of ['pause', 'resume', 'stop', 'retry-failed']) {
			await readProblem(await control(unknownId, verb), 404, 'sweep_not_found');
		}
	});
});

describe('POST /v1/trials/{id}/retry', () => {
	it('queues the one trial and wakes the relay; what did not fail is a 409, what is not there a 404', async () => {
		const { id } = await submit();
		const [bad, good] = await db.sql<{ id: string }[]>`select id from trial where sweep_id = ${id} order by id limit 2`;
		const retry = (trialId: string) => app.request(`/v1/trials/${trialId}/retry`, { method: 'POST' });
		await claimTrial({ db, trialId: bad!.id, workerId: 'w1', leaseSeconds: 60 });
		const outcome = { reason: 'bad_config' as const, message: 'no', device: null, artifacts: [] };
		await failTrial({ db, trialId: bad!.id, attemptNo: 1, ...outcome });
		await app.request(`/v1/trials/${good!.id}/cancel`, { method: 'POST' });
		const woken = basin.wakes();
		const trial = await read(await retry(bad!.id), 200, TrialWithAttempts);
		assert.deepEqual([trial.state, trial.attempts.length, basin.wakes()], ['queued', 1, woken + 1]);
		const { detail } = await readProblem(await retry(good!.id), 409, 'already_terminal');
		assert.equal(detail, 'The trial is cancelled and stays so: only a failed one is tried again.');
		await readProblem(await retry(`trl_${'0'.repeat(26)}`), 404, 'trial_not_found');
	});
});

describe('POST /v1/sweeps/{id}/extend', () => {
	const extend = (id: string, body: unknown) => post(app, `/v1/sweeps/${id}/extend`, body);

	it('adds what is missing, wakes the relay, and says what was there already', async () => {
		const { id } = await submit();
		const woken = basin.wakes();
		const extended = await read(await extend(id, { seeds: [1, 2], grid: { eta: [0.3] } }), 200, ExtendedSweep);
		assert.deepEqual(extended.added, { configurations: 2, seeds: 1, trials: 10 });
		assert.deepEqual(extended.skipped, [{ pointer: '/seeds/0', message: 'asks for 1, which is already in the sweep' }]);
		assert.equal(extended.counts.total, 18);
		assert.equal(basin.wakes(), woken + 1);
	});

	it('refuses what a sweep would be refused for, with pointers into the extension', async () => {
		const { id } = await submit();
		const at = async (body: unknown) => (await readProblem(await extend(id, body), 422, 'invalid_spec')).errors;
		assert.deepEqual((await at({ grid: { batchSize: [1, 60_000] } }))?.[0]?.pointer, '/grid/batchSize/1');
		assert.deepEqual((await at({ lr: [0.1] }))?.[0]?.pointer, '/lr');
		assert.deepEqual((await at({}))?.[0]?.message, 'must have at least one of `seeds`, `grid` and `configurations`');
		const [epochs] = (await at({ epochs: 9 }))!;
		assert.equal(epochs?.pointer, '/epochs');
		assert.match(epochs!.message, /submit a new sweep with more epochs$/);
	});
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DeletedSweep, Sweep, SweepEstimate, SweepPage, TrialPage } from '@basin/core/contracts/api.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleArtifact, sampleDevice, sampleResult } from '../../tests/support/samples.ts';
import { post, read, readProblem, smallSpec, testApp } from './testing/app.ts';

const { db } = await testDatabase();
const basin = testApp({ db });
const { app } = basin;

const submit = async (changes: object = {}) =>
	read(await post(app, '/v1/sweeps', { ...smallSpec, ...changes }), 201, Sweep);
const get = async (path: string, schema: typeof Sweep) => read(await app.request(path), 200, schema);
const cancel = (id: string) => app.request(`/v1/sweeps/${id}/cancel`, { method: 'POST' });
const countSweeps = async () => Number((await db.sql`select count(*) from sweep`)[0]?.count);
const unknownId = `swp_${'0'.repeat(26)}`;

/** Ends every trial of a sweep as succeeded, with one artifact each. */
async function finishAll(sweepId: string): Promise<void> {
	const trials = await db.sql<{ id: string }[]>`select id from trial where sweep_id = ${sweepId}`;
	for (const { id: trialId } of trials) {
		const assignment = await claimTrial({ db, trialId, workerId: 'w1', leaseSeconds: 60 });
		const attemptNo = assignment!.attemptNo;
		const artifacts = [sampleArtifact(trialId, attemptNo)];
		assert.ok(await finishTrial({ db, trialId, attemptNo, result: sampleResult(), device: sampleDevice, artifacts }));
	}
}

describe('POST /v1/sweeps', () => {
	it('stores the sweep and all its trials, says where it is, and wakes the relay', async () => {
		const woken = basin.wakes();
		const response = await post(app, '/v1/sweeps', smallSpec);
		const location = response.headers.get('location');
		const sweep = await read(response, 201, Sweep);
		assert.equal(location, `/v1/sweeps/${sweep.id}`);
		assert.equal(sweep.configurations, 4);
		assert.equal(sweep.counts.total, 8);
		assert.equal(sweep.counts.pending, 8);
		assert.equal(sweep.trainSize, 54_000);
		assert.equal(sweep.state, 'queued');
		assert.equal(basin.wakes(), woken + 1);
		assert.deepEqual(await get(location!, Sweep), sweep);
	});

	it('fills in every default of the spec, and a bare spec is enough', async () => {
		const bare = { dataset: { name: 'mnist' }, model: { preset: 'mlp' }, grid: {} };
		const { spec } = await read(await post(app, '/v1/sweeps', bare), 201, Sweep);
		assert.deepEqual(spec, {
			name: 'untitled sweep',
			dataset: { name: 'mnist', validation: 0.1, splitSeed: 0 },
			model: { preset: 'mlp', hidden: [128], activation: 'relu' },
			grid: { batchSize: [100], eta: [0.1], lambda: [0] },
			seeds: [0],
			epochs: 5,
			engine: 'auto',
			optimizer: { kind: 'momentum' },
			schedule: { decay: { kind: 'constant' } },
			loss: { kind: 'softmaxCrossEntropy', labelSmoothing: 0 },
			weightDecay: 0,
			labels: {},
			budget: {},
		});
	});

	it('runs a diverging configuration like any other: η = 50 is allowed', async () => {
		assert.equal((await submit({ grid: { eta: [50] } })).configurations, 1);
	});

	it('takes the largest sweep that the bounds allow', async () => {
		const grid = { batchSize: { from: 1, to: 100, steps: 100 }, eta: { from: 0.001, to: 1, steps: 100 } };
		const sweep = await submit({ grid, seeds: [0] });
		assert.equal(sweep.counts.total, 10_000);
		assert.equal((await cancel(sweep.id)).status, 200);
	});

	it('as a dry run answers the numbers and writes nothing', async () => {
		const before = await countSweeps();
		const woken = basin.wakes();
		const spec = {
			...smallSpec,
			grid: { batchSize: ['full', 100], eta: { from: 0.001, to: 1, steps: 4, scale: 'log' } },
		};
		const estimate = await read(await post(app, '/v1/sweeps?dryRun=true', spec), 200, SweepEstimate);
		assert.equal(estimate.configurations, 8);
		assert.equal(estimate.trials, 16);
		assert.equal(estimate.trainSize, 54_000);
		assert.equal(estimate.parameters, 7850);
		assert.equal(estimate.updates, 2 * 2 * 4 * (1 + 540));
		assert.deepEqual(estimate.preview.slice(0, 2), [
			{ batchSize: 54_000, eta: 0.001, lambda: 0 },
			{ batchSize: 54_000, eta: 0.01, lambda: 0 },
		]);
		assert.equal(await countSweeps(), before);
		assert.equal(basin.wakes(), woken);
	});

	it('estimates seconds from what a device measured with the same model, and null for another', async () => {
		const sweep = await submit({ model: { preset: 'mlp', hidden: [7] } });
		await finishAll(sweep.id);
		const estimate = async (hidden: number[]) =>
			(
				await read(
					await post(app, '/v1/sweeps?dryRun=true', { ...smallSpec, model: { preset: 'mlp', hidden } }),
					200,
					SweepEstimate,
				)
			).estimatedSeconds;
		const seconds = await estimate([7]);
		assert.ok(seconds !== null && seconds > 0);
		assert.equal(await estimate([8]), null);
	});

	it('names what that time costs where a price is set, and no money where none is', async () => {
		const spec = { ...smallSpec, model: { preset: 'mlp', hidden: [9] } };
		await finishAll((await submit({ model: spec.model })).id);
		const ask = async (api: typeof app) => read(await post(api, '/v1/sweeps?dryRun=true', spec), 200, SweepEstimate);
		assert.equal((await ask(app)).estimatedCost, null);
		const priced = await ask(testApp({ db, prices: { perHour: { '*': 2 }, currency: 'EUR' } }).app);
		assert.equal(priced.estimatedCost?.currency, 'EUR');
		assert.ok(priced.estimatedCost.amount > 0);
	});
});

describe('an Idempotency-Key', () => {
	const send = (key: string, body: unknown) => post(app, '/v1/sweeps', body, { 'idempotency-key': key });

	it('makes one sweep of many equal requests, and each gets the first answer again', async () => {
		const before = await countSweeps();
		const first = await send('equal', smallSpec);
		assert.equal(first.headers.get('idempotency-replayed'), null);
		const text = await first.text();
		const sweep = Sweep.parse(JSON.parse(text));
		await finishAll(sweep.id);
		const woken = basin.wakes();
		for (let n = 0; n < 3; n++) {
			const again = await send('equal', smallSpec);
			assert.equal(again.status, 201);
			assert.equal(again.headers.get('idempotency-replayed'), 'true');
			assert.equal(again.headers.get('location'), `/v1/sweeps/${sweep.id}`);
			assert.deepEqual(JSON.parse(await again.text()), JSON.parse(text));
		}
		assert.equal(await countSweeps(), before + 1);
		assert.equal(basin.wakes(), woken);
	});

	it('takes another order of keys and another spelling of numbers for the same request', async () => {
		const one = '{"dataset":{"name":"mnist"},"model":{"preset":"softmax"},"grid":{"eta":[0.1],"lambda":[0.90]}}';
		const other = '{"grid":{"lambda":[9e-1],"eta":[1e-1]},"model":{"preset":"softmax"},"dataset":{"name":"mnist"}}';
		assert.equal((await send('order', one)).status, 201);
		assert.equal((await send('order', other)).headers.get('idempotency-replayed'), 'true');
	});

	it('with another body is a 422', async () => {
		assert.equal((await send('other', smallSpec)).status, 201);
		await readProblem(await send('other', { ...smallSpec, epochs: 3 }), 422, 'idempotency_mismatch');
	});

	it('sent twice at once makes one sweep: the second is replayed or told to wait', async () => {
		const before = await countSweeps();
		const answers = await Promise.all(Array.from({ length: 8 }, () => send('at-once', smallSpec)));
		const ids = new Set<string>();
		for (const answer of answers) {
			if (answer.status === 409) {
				assert.equal(answer.headers.get('retry-after'), '1');
				await readProblem(answer, 409, 'idempotency_in_progress');
			} else ids.add((await read(answer, 201, Sweep)).id);
		}
		assert.equal(ids.size, 1);
		assert.equal(await countSweeps(), before + 1);
	});

	it('is not used up by a request that was refused', async () => {
		await readProblem(await send('refused', { ...smallSpec, epochs: 0 }), 422, 'invalid_spec');
		assert.equal((await send('refused', smallSpec)).status, 201);
	});
});

describe('GET /v1/sweeps', () => {
	it('pages through all sweeps, newest first, each once', async () => {
		const made = [];
		for (let n = 0; n < 5; n++) made.push((await submit({ labels: { paging: 'yes' } })).id);
		const seen: string[] = [];
		let cursor: string | null = '';
		while (cursor !== null) {
			const path = `/v1/sweeps?label=paging&limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
			const page: SweepPage = await read(await app.request(path), 200, SweepPage);
			assert.ok(page.items.length <= 2);
			seen.push(...page.items.map(({ id }) => id));
			cursor = page.nextCursor;
		}
		assert.deepEqual(seen, made.toReversed());
	});

	it('filters by state, by label and by part of the name, in which % and _ mean themselves', async () => {
		const { id } = await submit({ name: 'Grid 100%_x', labels: { 'ns/team': 'a:b' } });
		const find = async (query: Record<string, string>) =>
			(await read(await app.request(`/v1/sweeps?${new URLSearchParams(query)}`), 200, SweepPage)).items.map(
				(item) => item.id,
			);
		assert.deepEqual(await find({ label: 'ns/team:a:b' }), [id]);
		assert.deepEqual(await find({ label: 'ns/team:a' }), []);
		assert.deepEqual(await find({ q: 'grid 100%_X' }), [id]);
		assert.deepEqual(await find({ q: '100%%' }), []);
		assert.deepEqual(await find({ q: '100__x' }), []);
		assert.ok((await find({ state: 'queued' })).includes(id));
		assert.deepEqual(await find({ state: 'failed', q: 'Grid' }), []);
	});

	it('refuses cursors that it has not handed out', async () => {
		const forged = (position: unknown) => Buffer.from(JSON.stringify(position)).toString('base64url');
		for (const cursor of ['x', '%F0%9F', forged({}), forged([1]), forged('\u0000'), forged('\ud800'), forged(null)]) {
			await readProblem(await app.request(`/v1/sweeps?cursor=${cursor}`), 400, 'invalid_request');
		}
	});
});

describe('GET /v1/sweeps/{id}/trials', () => {
	it('answers every trial once, by page and by state', async () => {
		const { id } = await submit();
		const list = async (query: string) => read(await app.request(`/v1/sweeps/${id}/trials${query}`), 200, TrialPage);
		const all = await list('');
		assert.equal(all.items.length, 8);
		assert.equal(all.nextCursor, null);
		const first = await list('?limit=5');
		const second = await list(`?limit=5&cursor=${encodeURIComponent(first.nextCursor!)}`);
		assert.deepEqual([...first.items, ...second.items], all.items);
		assert.equal((await list('?state=running')).items.length, 0);
		assert.deepEqual(new Set(all.items.map(({ seed }) => seed)), new Set([0, 1]));
		for (const position of [[2 ** 40, 0], ['0', 0], [0], null]) {
			const cursor = Buffer.from(JSON.stringify(position)).toString('base64url');
			await readProblem(await app.request(`/v1/sweeps/${id}/trials?cursor=${cursor}`), 400, 'invalid_request');
		}
	});
});

describe('cancel and delete', () => {
	it('cancel ends what waits at once, and again it is a 409', async () => {
		const { id } = await submit();
		const sweep = await read(await cancel(id), 200, Sweep);
		assert.equal(sweep.state, 'cancelled');
		assert.equal(sweep.counts.cancelled, 8);
		await readProblem(await cancel(id), 409, 'already_terminal');
	});

	it('delete is refused while the sweep may still change', async () => {
		const { id } = await submit();
		await readProblem(await app.request(`/v1/sweeps/${id}`, { method: 'DELETE' }), 409, 'not_terminal');
	});

	it('delete takes the rows and the objects, and says so', async () => {
		const { id } = await submit({ seeds: [0], grid: { eta: [0.1] } });
		await finishAll(id);
		const keys = (
			await db.sql<{ key: string }[]>`
			select key from artifact join trial on trial.id = trial_id where sweep_id = ${id}`
		).map(({ key }) => key);
		assert.equal(keys.length, 1);
		const answer = await read(await app.request(`/v1/sweeps/${id}`, { method: 'DELETE' }), 200, DeletedSweep);
		assert.deepEqual(answer, { id, artifacts: 1 });
		assert.deepEqual(basin.deleted, keys);
		await readProblem(await app.request(`/v1/sweeps/${id}`), 404, 'sweep_not_found');
	});

	it('delete succeeds when the store does not answer; the log says what remains', async () => {
		const deleteObjects = () => Promise.reject(new Error('store is down'));
		const broken = testApp({ db, deleteObjects });
		const { id } = await submit({ seeds: [0], grid: {} });
		await finishAll(id);
		await read(await broken.app.request(`/v1/sweeps/${id}`, { method: 'DELETE' }), 200, DeletedSweep);
		assert.match(String(broken.log.find(({ level }) => level === 'error')?.fields.cause), /store is down/);
	});

	it('a sweep that does not exist is a 404 everywhere', async () => {
		const path = `/v1/sweeps/${unknownId}`;
		for (const url of [path, `${path}/trials`, `${path}/leaderboard`]) {
			await readProblem(await app.request(url), 404, 'sweep_not_found');
		}
		await readProblem(await cancel(unknownId), 404, 'sweep_not_found');
		await readProblem(await app.request(path, { method: 'DELETE' }), 404, 'sweep_not_found');
	});
});

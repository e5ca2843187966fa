import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LeaderboardEntry, LeaderboardPage, SharedLeaderboardPage } from '@basin/core/contracts/api.ts';
import type { Device } from '@basin/core/contracts/device.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleDevice, sampleResult, sampleSweep } from '../../tests/support/samples.ts';
import { read, readProblem, testApp } from './testing/app.ts';

const { db } = await testDatabase();
const { app } = testApp({ db });

const formula: Device = { ...sampleDevice, key: 'cpu-formula', label: '=HYPERLINK("http://evil.test","a, b")' };

/** Four configurations on one device: three succeeded with rising accuracy, the last diverged. */
async function rankedSweep(device: Device = sampleDevice): Promise<string> {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 4 });
	for (const [index, trialId] of trialIds.entries()) {
		const { attemptNo } = (await claimTrial({ db, trialId, workerId: 'w1', leaseSeconds: 60 }))!;
		const ended =
			index < 3
				? await finishTrial({
						db,
						trialId,
						attemptNo,
						device,
						artifacts: [],
						result: sampleResult({ valAccuracy: 0.9 + index / 100, epochSecondsMedian: 0.1 * (index + 1) }),
					})
				: await failTrial({
						db,
						trialId,
						attemptNo,
						device,
						artifacts: [],
						reason: 'diverged',
						message: 'The loss became infinite.',
					});
		assert.ok(ended);
	}
	return sweepId;
}

const path = (sweepId: string, query = '') => `/v1/sweeps/${sweepId}/leaderboard${query}`;
const etas = (page: LeaderboardPage) => page.items.map(({ configuration }) => configuration.eta);

describe('the leaderboard', () => {
	it('ranks by accuracy unless told, and shows what diverged last', async () => {
		const sweepId = await rankedSweep();
		const page = await read(await app.request(path(sweepId)), 200, LeaderboardPage);
		assert.deepEqual(etas(page), [0.003, 0.002, 0.001, 0.004]);
		assert.deepEqual(
			page.items.map(({ diverged }) => diverged),
			[false, false, false, true],
		);
	});

	it('ranks by seconds per epoch and marks the Pareto front', async () => {
		const sweepId = await rankedSweep();
		const bySeconds = await read(await app.request(path(sweepId, '?rankBy=epochSeconds')), 200, LeaderboardPage);
		assert.deepEqual(etas(bySeconds), [0.001, 0.002, 0.003, 0.004]);
		const pareto = await read(await app.request(path(sweepId, '?rankBy=pareto')), 200, LeaderboardPage);
		assert.deepEqual(
			pareto.items.map(({ onParetoFront }) => onParetoFront),
			[true, true, true, false],
		);
	});

	it('is filtered by what the query names, numbers in any spelling', async () => {
		const sweepId = await rankedSweep();
		const filtered = async (query: string) =>
			etas(await read(await app.request(path(sweepId, query)), 200, LeaderboardPage));
		assert.deepEqual(await filtered('?eta=2e-3'), [0.002]);
		assert.deepEqual(await filtered('?lambda=0.90&batchSize=100'), [0.003, 0.002, 0.001, 0.004]);
		assert.deepEqual(await filtered('?lambda=0'), []);
		assert.deepEqual(await filtered('?batchSize=999999999'), []);
		assert.deepEqual(await filtered('?device=cpu-other'), []);
		assert.deepEqual(await filtered('?minSeeds=1'), [0.003, 0.002, 0.001]);
	});

	it('pages through every entry once', async () => {
		const sweepId = await rankedSweep();
		const first = await read(await app.request(path(sweepId, '?limit=3')), 200, LeaderboardPage);
		const next = `?limit=3&cursor=${encodeURIComponent(first.nextCursor!)}`;
		const second = await read(await app.request(path(sweepId, next)), 200, LeaderboardPage);
		assert.deepEqual([...etas(first), ...etas(second)], [0.003, 0.002, 0.001, 0.004]);
		assert.equal(second.nextCursor, null);
		await readProblem(await app.request(path(sweepId, '?cursor=IjEi')), 400, 'invalid_request');
	});
});

describe('the whole board', () => {
	const ask = (sweepId: string, accept: string, query = '') =>
		app.request(path(sweepId, query), { headers: { accept } });

	it('comes as NDJSON, one entry of the contract a line, whatever the page limit', async () => {
		const sweepId = await rankedSweep();
		const response = await ask(sweepId, 'application/x-ndjson', '?limit=1');
		assert.equal(response.headers.get('content-type'), 'application/x-ndjson; charset=utf-8');
		assert.equal(response.headers.get('vary'), 'Accept, Accept-Encoding');
		const lines = (await response.text()).trimEnd().split('\n');
		const entries = lines.map((line) => LeaderboardEntry.parse(JSON.parse(line)));
		assert.deepEqual(
			entries.map(({ rank }) => rank),
			[1, 2, 3, 4],
		);
	});

	it('comes as CSV with a header line and an empty cell for what is unknown', async () => {
		const sweepId = await rankedSweep();
		const response = await ask(sweepId, 'text/csv');
		assert.match(
			response.headers.get('content-disposition') ?? '',
			new RegExp(`filename="leaderboard-${sweepId}.csv"`),
		);
		const [header, first, , , last, end] = (await response.text()).split('\r\n');
		assert.match(header!, /^rank,tiedWith,batchSize,eta,lambda,configurationHash,seedsTotal,/);
		assert.match(first!, /^1,,100,0\.003,0\.9,[0-9a-f]{16},1,1,0,false,0\.92,/);
		assert.match(last!, /^4,,100,0\.004,0\.9,[0-9a-f]{16},1,0,1,true,,,,,/);
		assert.equal(end, '');
	});

	it('as CSV runs nothing in a spreadsheet: text that looks like a formula is made inert', async () => {
		const sweepId = await rankedSweep(formula);
		const text = await (await ask(sweepId, 'text/csv')).text();
		assert.ok(text.includes(`"'=HYPERLINK(""http://evil.test"",""a, b"")"`), text);
		assert.doesNotMatch(text, /(^|,)"?[=+@]/m);
	});

	it('is chosen by preference, and JSON is the answer to anything else', async () => {
		const sweepId = await rankedSweep();
		const typeFor = async (accept: string) => (await ask(sweepId, accept)).headers.get('content-type')?.split(';')[0];
		assert.equal(await typeFor('application/json;q=0.5, text/csv'), 'text/csv');
		assert.equal(await typeFor('text/csv;q=0.1, application/json'), 'application/json');
		for (const accept of ['*/*', 'text/html', 'text/csv;q=0', ''])
			assert.equal(await typeFor(accept), 'application/json');
	});

	it('of a sweep that does not exist is a problem document, not half a file', async () => {
		await readProblem(await ask(`swp_${'0'.repeat(26)}`, 'text/csv'), 404, 'sweep_not_found');
	});
});

describe('the leaderboard across sweeps', () => {
	const ask = async (query: string) =>
		read(await app.request(`/v1/leaderboard?dataset=mnist&model=softmax&${query}`), 200, SharedLeaderboardPage);

	it('ranks what succeeded in every sweep of the data set and model, device by device, and pages through it', async () => {
		const device = { ...sampleDevice, key: 'cpu-shared', label: 'Shared' };
		const sweeps = [await rankedSweep(device), await rankedSweep(device)];
		const whole = await ask('device=cpu-shared');
		assert.deepEqual(
			whole.items.map(({ rank }) => rank),
			[1, 2, 3, 4, 5, 6],
		);
		const means = whole.items.map(({ valAccuracy }) => valAccuracy?.mean ?? 0);
		assert.deepEqual(
			means,
			means.toSorted((a, b) => b - a),
		);
		assert.deepEqual([...new Set(whole.items.map(({ sweep }) => sweep.id))].sort(), sweeps.sort());
		const first = await ask('device=cpu-shared&limit=4');
		const second = await ask(`device=cpu-shared&limit=4&cursor=${encodeURIComponent(first.nextCursor!)}`);
		assert.deepEqual([...first.items, ...second.items], whole.items);
	});

	it('holds nothing of another model or data set, and needs both to be named', async () => {
		await rankedSweep();
		const other = await app.request('/v1/leaderboard?dataset=mnist&model=mlp');
		assert.deepEqual((await read(other, 200, SharedLeaderboardPage)).items, []);
		await readProblem(await app.request('/v1/leaderboard?dataset=mnist'), 400, 'invalid_request');
	});
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Answer, json, problem, reset, startServer, text } from '@basin/client/testing/http-server.ts';
import { device, sampleSweep, trialId } from '@basin/client/testing/samples.ts';
import { checkNode } from '../checks.ts';
import { callBasin, temporaryFolder } from '../testing/run-basin.ts';

const best = {
	configuration: { batchSize: 1, eta: 1, lambda: 0 },
	configurationHash: 'c0ffee',
	seeds: 1,
	valAccuracyMean: 0.9,
	trialId,
};
const page = (items: unknown[]) => json({ items, nextCursor: null });

/** A server that is well, changed by `answers` for some paths; its store is itself. */
async function startWell(t: TestContext, answers: Record<string, Answer> = {}) {
	const server = await startServer(t, (request, response) => {
		const artifact = {
			name: 'model.onnx',
			sizeBytes: 1,
			sha256: 'x',
			contentType: 'a/b',
			url: `${server.baseUrl}/store`,
		};
		const well: Record<string, Answer> = {
			'/healthz': json({ status: 'ok' }),
			'/readyz': json({ status: 'ok', deadLettersLastDay: 0 }),
			'/openapi.json': json({ info: { version: '1' } }),
			'/v1/sweeps': page([sampleSweep({ best })]),
			[`/v1/trials/${trialId}/artifacts`]: page([artifact]),
			'/v1/engines': page([{ device, workersSeenLately: 1, speeds: [] }]),
			'/store': text('x', 206),
			...answers,
		};
		return (well[request.path] ?? problem(404, 'not_found', 'There is no such page.'))(request, response);
	});
	return server;
}

async function examine(t: TestContext, url: string) {
	const env = { BASIN_HOME: await temporaryFolder(t) };
	const ended = await callBasin(['doctor', '--json'], { url, env });
	const checks: { name: string; status: string; finding: string; advice?: string }[] = JSON.parse(ended.stdout).checks;
	return { code: ended.code, of: (name: string) => checks.find((check) => check.name === name)!, checks };
}

test('where all is well every check says so, and doctor exits 0', async (t) => {
	const server = await startWell(t);
	const { code, checks } = await examine(t, server.baseUrl);
	const bad = checks.filter(({ status }) => status !== 'ok');
	assert.deepEqual(
		bad.filter(({ name }) => name !== 'disk'),
		[],
	);
	assert.equal(code, 0);
	assert.deepEqual(
		checks.map(({ name }) => name),
		['node', 'server', 'database, queue', 'version', 'clock', 'store', 'devices', 'disk'],
	);
	const plain = await callBasin(['doctor'], {
		url: server.baseUrl,
		env: { BASIN_HOME: join(await temporaryFolder(t), 'no') },
	});
	assert.match(plain.stdout, /^ok {7}devices {10}Test CPU, 1 thread \(onnx on cpu\)$/m);
	assert.match(plain.stdout, /^skipped {2}disk/m);
});

test('each thing that is wrong is found alone, with what to do about it', async (t) => {
	const cases: [
		name: string,
		path: string,
		answer: Answer,
		status: string,
		finding: RegExp,
		advice: RegExp,
		code: number,
	][] = [
		[
			'database, queue',
			'/readyz',
			problem(503, 'unavailable', 'The queue does not answer.'),
			'failed',
			/queue does not answer/,
			/basin logs/,
			1,
		],
		[
			'database, queue',
			'/readyz',
			json({ status: 'ok', deadLettersLastDay: 3 }),
			'warning',
			/gave up on 3 messages/,
			/basin logs/,
			0,
		],
		[
			'version',
			'/openapi.json',
			json({ info: { version: '2' } }),
			'failed',
			/the server’s is v2/,
			/update the older/,
			1,
		],
		[
			'clock',
			'/healthz',
			json({ status: 'ok' }, 200, { date: new Date(Date.now() - 3.6e6).toUTCString() }),
			'warning',
			/(1 h|59 min.*) apart/,
			/NTP/,
			0,
		],
		['store', '/store', text('no', 403), 'failed', /answers 403/, /bucket/, 1],
		['store', '/store', reset, 'failed', /cannot be reached/, /bucket/, 1],
		['devices', '/v1/engines', page([]), 'warning', /no worker/, /npm run worker/, 0],
		[
			'devices',
			'/v1/engines',
			page([{ device, workersSeenLately: 0, speeds: [] }]),
			'warning',
			/no worker came/,
			/npm run worker/,
			0,
		],
		['devices', '/v1/engines', problem(401, 'forbidden', 'Who is this?'), 'failed', /Who is this/, /BASIN_TOKEN/, 1],
	];
	for (const [name, path, answer, status, finding, advice, code] of cases) {
		const server = await startWell(t, { [path]: answer });
		const found = await examine(t, server.baseUrl);
		assert.equal(found.of(name).status, status, `${name}: ${JSON.stringify(found.checks)}`);
		assert.match(found.of(name).finding, finding);
		assert.match(found.of(name).advice!, advice);
		assert.equal(found.code, code, name);
		const others = found.checks.filter((check) => check.name !== name && !['ok', 'skipped'].includes(check.status));
		assert.deepEqual(
			others.filter((check) => check.name !== 'disk'),
			[],
		);
	}
});

test('without a server doctor says where it looked and how to start one, skips the rest, and exits 5', async (t) => {
	const server = await startWell(t);
	await server.close();
	const { code, of } = await examine(t, server.baseUrl);
	assert.equal(code, 5);
	assert.match(of('server').finding, /nothing listens there/);
	assert.match(of('server').advice!, /npm start/);
	assert.equal(of('devices').status, 'skipped');
});

test('a Node that is too old is told which one is needed', () => {
	for (const version of ['18.20.0', '22.17.1'])
		assert.deepEqual(checkNode(version).advice, 'install Node 22.18 or newer');
	for (const version of ['22.18.0', '24.0.0']) assert.equal(checkNode(version).status, 'ok');
});

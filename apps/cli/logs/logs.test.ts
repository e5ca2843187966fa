import assert from 'node:assert/strict';
import { appendFile, mkdir, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { json, problem, startServer } from '@basin/client/testing/http-server.ts';
import { device, sampleMetrics, sampleTrial, trialId } from '@basin/client/testing/samples.ts';
import { callBasin, runBasin, temporaryFolder } from '../testing/run-basin.ts';
import { openStackLog } from './stack-log.ts';

const at = (second: number) => `2026-01-31T12:00:${String(second).padStart(2, '0')}.000Z`;
const logged = (second: number, message: string, more = {}) =>
	`${JSON.stringify({ time: at(second), level: 'info', message, ...more })}\n`;

async function homeWith(t: TestContext, files: Record<string, string>): Promise<string> {
	const home = await temporaryFolder(t);
	await mkdir(join(home, 'logs'));
	for (const [name, content] of Object.entries(files)) await writeFile(join(home, 'logs', name), content);
	return home;
}

const files = {
	'api.log':
		logged(1, 'request', { path: '/v1/sweeps', status: 201 }) +
		logged(5, 'round failed', { level: 'error', cause: 'Error: x\n    at y.ts:1:2' }),
	'worker-1.log':
		logged(3, 'attempt started', { trialId, eta: 0.1 }) + logged(4, 'attempt started', { trialId: 'trl_other' }),
	'postgres.log': '2026-01-31 12:00:02.000 UTC [7] LOG:  ready\n\tmore of it\n',
	'notes.txt': 'not a log',
};

test('the processes of this machine are told in the order of time, with what is no JSON among them', async (t) => {
	const home = await homeWith(t, files);
	const ended = await callBasin(['logs', '--home', home]);
	assert.equal(ended.code, 0, ended.stderr);
	const lines = ended.stdout
		.trimEnd()
		.split('\n')
		.map((line) => line.split(/ {2,}/));
	assert.deepEqual(
		lines.map(([, from, said]) => [from, said]),
		[
			['api', 'request path=/v1/sweeps status=201'],
			['postgres', '[7] LOG:'],
			['postgres', 'more of it'],
			['worker-1', `attempt started trialId=${trialId} eta=0.1`],
			['worker-1', 'attempt started trialId=trl_other'],
			['api', 'round failed cause="Error: x"'],
		],
	);
	assert.equal(lines[0]![0], '2026-01-31 12:00:01.000');
	const last = await callBasin(['logs', '--lines', '1', '--process', 'api', '--json'], { env: { BASIN_HOME: home } });
	assert.deepEqual(JSON.parse(last.stdout), {
		time: at(5),
		from: 'api',
		level: 'error',
		message: 'round failed',
		cause: 'Error: x\n    at y.ts:1:2',
	});
});

test('a log that grows, is emptied or is replaced is followed by whole lines, each told once', async (t) => {
	const home = await homeWith(t, { 'api.log': logged(1, 'one') });
	const path = join(home, 'logs', 'api.log');
	const log = await openStackLog(home);
	const next = async () => (await log!.next()).map(({ message }) => message);
	assert.deepEqual(await next(), ['one']);
	assert.deepEqual(await next(), []);
	const [first, second] = [logged(2, 'two').slice(0, 20), logged(2, 'two').slice(20)];
	await appendFile(path, first);
	assert.deepEqual(await next(), []);
	await appendFile(path, second);
	assert.deepEqual(await next(), ['two']);
	await truncate(path);
	assert.deepEqual(await next(), []);
	await appendFile(path, logged(3, 'three'));
	assert.deepEqual(await next(), ['three']);
	await rename(path, `${path}.old`);
	await writeFile(path, logged(4, 'a new file, longer than the one before it was'));
	assert.deepEqual(await next(), ['a new file, longer than the one before it was']);
});

test('a trial’s story is what the API knows, with what was written about it on this machine', async (t) => {
	const home = await homeWith(t, files);
	const attempt = { attemptNo: 1, workerId: 'host-1', device, resumedEpoch: 0, reason: null, message: null };
	const trial = {
		...sampleTrial({
			state: 'failed',
			reason: 'diverged',
			message: 'The loss was not finite.',
			finishedAt: at(9),
			createdAt: at(0),
		}),
		attempts: [{ ...attempt, outcome: 'failed' as const, startedAt: at(2), endedAt: at(8) }],
	};
	const server = await startServer(t, (request, response) => {
		if (request.path === `/v1/trials/${trialId}`) return json(trial)(request, response);
		if (request.path === `/v1/trials/${trialId}/metrics`)
			return json({ items: [{ ...sampleMetrics(1), recordedAt: at(6) }], nextCursor: null })(request, response);
		return problem(404, 'trial_not_found', 'There is no such trial.')(request, response);
	});
	const ended = await callBasin(['logs', trialId, '--home', home, '--follow'], { url: server.baseUrl });
	assert.equal(ended.code, 0, ended.stderr);
	const lines = ended.stdout
		.trimEnd()
		.split('\n')
		.map((line) => line.split(/ {2,}/).slice(1).join(' | '));
	assert.match(lines[0]!, /^trial \| created batchSize=100 eta=0\.1/);
	assert.match(lines[1]!, /^trial \| attempt started attemptNo=1 workerId=host-1 device="Test CPU, 1 thread"/);
	assert.equal(lines[2], 'worker-1 | attempt started eta=0.1');
	assert.match(lines[3]!, /^trial \| epoch epoch=1 trainLoss=0\.3 .* attemptNo=1$/);
	assert.match(lines[4]!, /^trial \| attempt ended attemptNo=1 outcome=failed/);
	assert.match(lines[5]!, /^trial \| failed .*reason=diverged cause="The loss was not finite\."$/);
	assert.equal(lines.length, 6);
});

test('a trial that trains is followed until it has ended, and nothing is told twice', async (t) => {
	let looks = 0;
	const states = ['running', 'running', 'succeeded'] as const;
	const server = await startServer(t, (request, response) => {
		const epochs = Math.min(looks, 3);
		if (request.path.endsWith('/metrics'))
			return json({ items: [1, 2, 3].slice(0, epochs).map((epoch) => sampleMetrics(epoch)), nextCursor: null })(
				request,
				response,
			);
		const state = states[Math.min(looks++, 2)]!;
		return json(sampleTrial({ state, finishedAt: state === 'succeeded' ? at(9) : null }))(request, response);
	});
	const home = await temporaryFolder(t);
	const ended = await callBasin(['logs', trialId, '-f', '--home', home], { url: server.baseUrl });
	assert.equal(ended.code, 0, ended.stderr);
	assert.equal(ended.stdout.match(/ created /g)?.length, 1);
	assert.equal(ended.stdout.match(/ epoch=\d/g)?.length, 3);
	assert.match(ended.stdout.trimEnd().split('\n').at(-1)!, / succeeded/);
});

test('without logs here, or of a process that there is not, logs says what to do and exits 4', async (t) => {
	const home = await homeWith(t, files);
	const none = await callBasin(['logs', '--home', join(home, 'absent')]);
	assert.equal(none.code, 4);
	assert.match(none.stderr, /^error: There are no logs in .*\nhint: name the data folder with --home/);
	const unknown = await callBasin(['logs', '--home', home, '--process', 'worker-9']);
	assert.equal(unknown.code, 4);
	assert.match(unknown.stderr, /^error: No process here is called worker-9\.\nhint: .* api, postgres, worker-1\.$/m);
});

test('Ctrl-C ends following, with 130 and no message', async (t) => {
	const home = await homeWith(t, files);
	const ended = await runBasin(['logs', '--follow', '--home', home], { interruptOnStdout: /round failed/ });
	assert.deepEqual([ended.code, ended.stderr], [130, '']);
});

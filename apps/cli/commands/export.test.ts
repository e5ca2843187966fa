import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { problem, startServer, truncated } from '@basin/client/testing/http-server.ts';
import { sweepId } from '@basin/client/testing/samples.ts';
import { callBasin, temporaryFolder } from '../testing/run-basin.ts';

describe('basin export', () => {
	it('asks for the format that the name of the file says, and writes what comes byte for byte', async (t) => {
		const content = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
		const server = await startServer(t, (request, response) => {
			response.writeHead(200, { 'content-type': request.headers.accept });
			response.end(content);
		});
		const out = join(await temporaryFolder(t), 'epochs.parquet');
		const { code, stderr } = await callBasin(['export', sweepId, '--what', 'metrics', '--out', out], {
			url: server.baseUrl,
		});
		assert.deepEqual([code, stderr], [0, `${out}  256 B\n`]);
		assert.deepEqual(await readFile(out), content);
		assert.equal(server.requests[0]!.path, `/v1/sweeps/${sweepId}/metrics`);
		assert.equal(server.requests[0]!.headers.accept, 'application/vnd.apache.parquet');
	});

	it('prints a table as CSV unless told', async (t) => {
		const server = await startServer(t, (_request, response) => {
			response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' });
			response.end('rank,eta\r\n1,0.1\r\n');
		});
		const { code, stdout, stderr } = await callBasin(['export', sweepId], { url: server.baseUrl });
		assert.deepEqual([code, stdout, stderr], [0, 'rank,eta\r\n1,0.1\r\n', '']);
		assert.equal(server.requests[0]!.path, `/v1/sweeps/${sweepId}/leaderboard`);
	});

	it('leaves no half file behind when the connection breaks, and what was there before stays', async (t) => {
		const folder = await temporaryFolder(t);
		const server = await startServer(t, (request, response) => {
			response.setHeader('content-type', 'text/csv');
			return truncated(request, response);
		});
		const out = join(folder, 'board.csv');
		const { code, stderr } = await callBasin(['export', sweepId, '--out', out], { url: server.baseUrl });
		assert.equal(code, 5, stderr);
		assert.ok(!existsSync(out) && !existsSync(`${out}.part`));
	});

	it('says what is missing or refused in a sentence', async (t) => {
		const server = await startServer(t, problem(404, 'sweep_not_found', 'There is no such sweep.'));
		const folder = await temporaryFolder(t);
		for (const [args, code, sentence] of [
			[['--what', 'mlflow'], 4, /--what mlflow writes a folder: name it with --out/],
			[['--what', 'tensorboard', '--format', 'csv', '--out', folder], 4, /--format is for tables/],
			[['--what', 'metrics'], 4, /There is no such sweep/],
			[['--what', 'tensorboard', '--out', join(folder, 'runs')], 4, /There is no such sweep/],
		] as const) {
			const ended = await callBasin(['export', sweepId, ...args], { url: server.baseUrl });
			assert.equal(ended.code, code, ended.stderr);
			assert.match(ended.stderr, sentence);
		}
		await assert.rejects(stat(join(folder, 'runs')));
	});
});

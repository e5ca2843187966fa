import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readProblem, testApp } from './testing/app.ts';

const folder = await mkdtemp(join(tmpdir(), 'basin-web-'));
after(() => rm(folder, { recursive: true, force: true }));
const webDir = join(folder, 'dist');
await mkdir(join(webDir, 'assets'), { recursive: true });
await writeFile(join(webDir, 'index.html'), '<!doctype html><title>Basin</title>');
await writeFile(join(webDir, 'assets', 'app-abc123.js'), 'export {};');
await writeFile(join(webDir, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
await writeFile(join(folder, 'secret.txt'), 'not to be served');

const { app } = testApp({ webDir });
const browse = (path: string) =>
	app.request(path, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });

describe('the web app', () => {
	it('is at / and at every path that it routes itself, and is asked for every time', async () => {
		for (const path of ['/', '/sweeps/new', '/sweeps/swp_1', '/anything/else']) {
			const response = await browse(path);
			assert.equal(response.status, 200, path);
			assert.match(response.headers.get('content-type') ?? '', /^text\/html/);
			assert.equal(response.headers.get('cache-control'), 'no-cache');
			assert.match(await response.text(), /<title>Basin/);
		}
	});

	it('may run and load only what comes from here', async () => {
		const policy = (await browse('/')).headers.get('content-security-policy') ?? '';
		assert.match(policy, /default-src 'none'/);
		assert.match(policy, /script-src 'self';/);
		assert.match(policy, /frame-ancestors 'none'/);
		assert.doesNotMatch(policy, /https?:|\*|unsafe-eval|script-src[^;]*unsafe/);
	});

	it('keeps files with a hash in their name for a year', async () => {
		const response = await app.request('/assets/app-abc123.js');
		assert.equal(response.status, 200);
		assert.match(response.headers.get('content-type') ?? '', /javascript/);
		assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable');
		assert.equal((await app.request('/icon.svg')).headers.get('cache-control'), 'no-cache');
	});

	it('never stands in for what is missing: an asset, a path of the API, a program’s request', async () => {
		for (const path of ['/assets/old-000000.js', '/v1/nothing', '/v2/sweeps', '/docs/nothing']) {
			await readProblem(await browse(path), 404, 'not_found');
		}
		await readProblem(await app.request('/sweeps/new'), 404, 'not_found');
		await readProblem(await app.request('/sweeps/new', { method: 'POST' }), 404, 'not_found');
	});

	it('serves nothing from outside its folder', async () => {
		for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%5c..%5csecret.txt']) {
			const response = await app.request(path);
			assert.doesNotMatch(await response.text(), /not to be served/);
			assert.equal(response.status, 404, path);
		}
	});
});

describe('the explorer', () => {
	it('loads only files from here, and they are all there', async () => {
		const page = await browse('/docs');
		assert.equal(page.status, 200);
		const html = await page.text();
		assert.doesNotMatch(html, /https?:\/\/|<script>|style=/);
		const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
		assert.equal(files.length, 3);
		for (const path of files) {
			const response = await app.request(path);
			assert.equal(response.status, 200, path);
			assert.match(
				response.headers.get('content-type') ?? '',
				path.endsWith('.css') ? /^text\/css/ : /^text\/javascript/,
			);
		}
	});

	it('sends the description to nobody', async () => {
		assert.match(await (await app.request('/docs/start.js')).text(), /validatorUrl: null/);
		assert.match((await browse('/docs')).headers.get('content-security-policy') ?? '', /connect-src 'self'/);
	});
});

import assert from 'node:assert/strict';
import { builtinModules } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EdgeVM } from '@edge-runtime/vm';
import { build } from 'esbuild';
import { chromiumPath, openPage } from '../../tests/support/browser.ts';
import { inTurn, json, problem, startServer } from './testing/http-server.ts';
import { sampleEntry, sampleSweep, specInput, sweepId } from './testing/samples.ts';

/** The client as a bundler gives it to a browser: it fails for anything that only Node has. */
async function bundleForBrowsers(): Promise<string> {
	const { outputFiles, warnings } = await build({
		entryPoints: [fileURLToPath(new URL('./client.ts', import.meta.url))],
		...{ bundle: true, write: false, platform: 'browser', format: 'iife', globalName: 'Basin', logLevel: 'silent' },
	});
	assert.deepEqual(warnings, []);
	return outputFiles[0]!.text;
}

/** Submits, of which the first try fails, and reads an event and a page. */
const use = `(async (baseUrl) => {
	const client = Basin.createClient({ baseUrl, token: 'bsn_1', retry: { baseDelayMs: 1 } });
	const sweep = await client.createSweep(${JSON.stringify(specInput)});
	let event;
	for await (const received of client.watchSweep(sweep.id)) { event = received.event; break; }
	const entries = await Basin.take(client.eachLeaderboardEntry(sweep.id), 3);
	const refused = await client.getSweep('swp_none').catch((error) => error instanceof Basin.ApiError && error.problem.code);
	return JSON.stringify({ id: sweep.id, event: event.type, ranks: entries.map(({ rank }) => rank), refused });
})`;

const expected = { id: sweepId, event: 'sweep', ranks: [1, 2], refused: 'sweep_not_found' };

const submits = () => inTurn(problem(503, 'unavailable', 'The database does not answer.'), json(sampleSweep(), 201));

async function startApi(t: Parameters<typeof startServer>[0]) {
	const submit = submits();
	const server = await startServer(t, (request, response) => {
		const { method, path, query } = request;
		if (path === '/') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<title>page</title>');
		if (method === 'POST' && path === '/v1/sweeps') return submit(request, response);
		if (path === `/v1/sweeps/${sweepId}/leaderboard`) {
			const isFirst = query.get('cursor') === null;
			return json({ items: [sampleEntry({ rank: isFirst ? 1 : 2 })], nextCursor: isFirst ? 'next' : null })(
				request,
				response,
			);
		}
		if (path === `/v1/sweeps/${sweepId}/events`) {
			response.writeHead(200, { 'content-type': 'text/event-stream' });
			return void response.write(
				`id: 1\nevent: sweep\ndata: ${JSON.stringify({ type: 'sweep', sweep: sampleSweep() })}\n\n`,
			);
		}
		return problem(404, 'sweep_not_found', 'There is no such sweep.')(request, response);
	});
	const check = (answer: string) => {
		assert.deepEqual(JSON.parse(answer), expected);
		const tries = server.requests.filter(({ method }) => method === 'POST');
		assert.equal(tries.length, 2);
		assert.equal(new Set(tries.map(({ headers }) => headers['idempotency-key'])).size, 1);
		assert.ok(
			server.requests.every(({ path, headers }) => !path.startsWith('/v1') || headers.authorization === 'Bearer bsn_1'),
		);
	};
	return { baseUrl: server.baseUrl, check };
}

test('the client imports nothing that only Node has', async () => {
	const bundle = await bundleForBrowsers();
	assert.doesNotMatch(bundle, /["']node:/);
	for (const name of builtinModules) assert.ok(!bundle.includes(`require("${name}")`), name);
	assert.doesNotMatch(bundle, /\bprocess\.(env|version|platform)\b|\bBuffer\.(from|alloc)\b/);
});

test('in an edge runtime it submits with one key over two tries, and iterates pages and events', async (t) => {
	const api = await startApi(t);
	const vm = new EdgeVM();
	vm.evaluate(await bundleForBrowsers());
	assert.equal(vm.evaluate('typeof process + typeof Buffer'), 'undefinedundefined');
	api.check(await vm.evaluate(use)(api.baseUrl));
});

test('in a browser it does the same', { skip: chromiumPath === undefined && 'there is no Chromium' }, async (t) => {
	const api = await startApi(t);
	const { page, close } = await openPage();
	t.after(close);
	await page.goto(api.baseUrl);
	await page.addScriptTag({ content: `${await bundleForBrowsers()};globalThis.Basin = Basin;` });
	api.check((await page.evaluate(`${use}('')`)) as string);
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { limits } from '@basin/core/contracts/sweep-spec.ts';
import { post, readProblem, smallSpec, testApp } from './testing/app.ts';

const { app, log } = testApp();
const sweepId = `swp_${'0'.repeat(26)}`;
const trialId = `trl_${'0'.repeat(26)}`;

function send(body: BodyInit | null, headers: Record<string, string> = {}) {
	return app.request('/v1/sweeps', { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
}

const asJson = { 'content-type': 'application/json' };

describe('a body', () => {
	it('that is missing is a 400, whatever its type says', async () => {
		assert.match((await readProblem(await send(null), 400, 'invalid_request')).detail, /no body/);
		assert.match((await readProblem(await send(null, asJson), 400, 'invalid_request')).detail, /no body/);
		assert.match((await readProblem(await send('', asJson), 400, 'invalid_request')).detail, /no body/);
		assert.match((await readProblem(await send(' \n', asJson), 400, 'invalid_request')).detail, /no body/);
	});

	it('that is malformed JSON is a 400 which says where', async () => {
		for (const text of ['{', '{"eta": NaN}', '{"eta": Infinity}', '{"a":1,}', "{'a':1}", 'undefined', '{} {}']) {
			const { detail } = await readProblem(await send(text, asJson), 400, 'invalid_request');
			assert.match(detail, /^The body is not valid JSON: .*(position|end|"|')/);
		}
	});

	it('that is not UTF-8 is a 400', async () => {
		const bytes = new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]);
		assert.match((await readProblem(await send(bytes, asJson), 400, 'invalid_request')).detail, /UTF-8/);
	});

	it('that is not JSON by its type is a 415', async () => {
		const types = [
			'text/plain',
			'application/x-www-form-urlencoded',
			'multipart/form-data; boundary=x',
			'application/xml',
		];
		for (const type of [...types, 'application/json; charset=latin1']) {
			const response = await send(JSON.stringify(smallSpec), { 'content-type': type });
			await readProblem(response, 415, 'unsupported_media_type');
		}
		const untyped = await send(new TextEncoder().encode(JSON.stringify(smallSpec)));
		await readProblem(untyped, 415, 'unsupported_media_type');
		const packed = await send('{}', { ...asJson, 'content-encoding': 'gzip' });
		await readProblem(packed, 415, 'unsupported_media_type');
	});

	it('of any JSON type is read', async () => {
		for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/problem+json']) {
			await readProblem(await send('{}', { 'content-type': type }), 422, 'invalid_spec');
		}
	});

	it('of 64 KiB is read, one byte more is a 413', async () => {
		const padded = (bytes: number) => '{}'.padEnd(bytes, ' ');
		await readProblem(await send(padded(limits.bodyBytes), asJson), 422, 'invalid_spec');
		await readProblem(await send(padded(limits.bodyBytes + 1), asJson), 413, 'body_too_large');
	});

	it('that says it is too large is refused unread', async () => {
		let pulled = 0;
		const stream = new ReadableStream({
			pull(controller) {
				pulled++;
				controller.enqueue(new Uint8Array(1024));
			},
		});
		const headers = { ...asJson, 'content-length': String(10 * limits.bodyBytes) };
		await readProblem(await send(stream, headers), 413, 'body_too_large');
		assert.ok(pulled <= 1, `${pulled} chunks were read`);
	});

	it('without a length is read no further than the limit', async () => {
		let pulled = 0;
		let cancelled = false;
		const stream = new ReadableStream({
			pull(controller) {
				pulled++;
				controller.enqueue(new Uint8Array(16 * 1024).fill(32));
			},
			cancel() {
				cancelled = true;
			},
		});
		await readProblem(await send(stream, asJson), 413, 'body_too_large');
		assert.ok(pulled <= 6, `${pulled} chunks of 16 KiB were read`);
		assert.ok(cancelled);
	});

	it('with tens of thousands of nested lists is refused without a crash', async () => {
		await readProblem(await send('['.repeat(60_000), asJson), 400, 'invalid_request');
		const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
		await readProblem(await send(deep, asJson), 422, 'invalid_spec');
	});
});

describe('a query parameter', () => {
	for (const [path, pointer, sentence] of [
		['/v1/sweeps?limit=0', '/query/limit', 'must be at least 1'],
		['/v1/sweeps?limit=101', '/query/limit', 'must be at most 100'],
		['/v1/sweeps?limit=', '/query/limit', 'must be a whole number'],
		['/v1/sweeps?limit=1e1', '/query/limit', 'must be a whole number'],
		['/v1/sweeps?limit=0x10', '/query/limit', 'must be a whole number'],
		['/v1/sweeps?limit=1&limit=2', '/query/limit', 'must be given once'],
		['/v1/sweeps?limt=1', '/query/limt', 'is unknown; did you mean "limit"?'],
		['/v1/sweeps?state=done', '/query/state', /^must be "queued", "running",/],
		['/v1/sweeps?q=%00', '/query/q', 'must not contain control characters'],
		['/v1/sweeps?label=%00', '/query/label', 'must not contain control characters'],
		['/v1/sweeps?cursor=', '/query/cursor', 'must not be empty'],
		[`/v1/sweeps/${sweepId}?x=1`, '/query/x', 'is unknown: nothing is taken here'],
		[`/v1/sweeps/${sweepId}/trials?state=lost`, '/query/state', /^must be "pending"/],
		[
			`/v1/sweeps/${sweepId}/leaderboard?rankBy=speed`,
			'/query/rankBy',
			/^must be "valAccuracy", "epochSeconds", "pareto" or "secondsToTarget"/,
		],
		...[`/v1/sweeps/${sweepId}/leaderboard?`, '/v1/leaderboard?dataset=mnist&model=mlp&'].flatMap(
			(path) =>
				[
					[`${path}rankBy=secondsToTarget`, '/query/target', 'goes with rankBy=secondsToTarget, which needs it'],
					[`${path}target=0.9`, '/query/target', 'goes with rankBy=secondsToTarget, which needs it'],
					[`${path}rankBy=secondsToTarget&target=97`, '/query/target', 'must be at most 1'],
				] as const,
		),
		[`/v1/sweeps/${sweepId}/leaderboard?accuracy=worst`, '/query/accuracy', 'must be "best" or "final"'],
		[`/v1/sweeps/${sweepId}/leaderboard?eta=fast`, '/query/eta', 'must be a number'],
		[`/v1/sweeps/${sweepId}/leaderboard?eta=1e400`, '/query/eta', 'must be a finite number'],
		[`/v1/sweeps/${sweepId}/leaderboard?batchSize=0`, '/query/batchSize', 'must be at least 1'],
		[`/v1/sweeps/${sweepId}/leaderboard?minSeeds=many`, '/query/minSeeds', 'must be a whole number'],
		[`/v1/trials/${trialId}/metrics?after=-1`, '/query/after', 'must be a whole number'],
		['/v1/datasets?limit=5', '/query/limit', 'is unknown: nothing is taken here'],
	] as const) {
		it(`${path.replace(/(swp|trl)_0+/, '{id}')} is a 400 that points at it`, async () => {
			const { errors } = await readProblem(await app.request(path), 400, 'invalid_request');
			assert.equal(errors?.[0]?.pointer, pointer);
			if (typeof sentence === 'string') assert.equal(errors[0].message, sentence);
			else assert.match(errors[0].message, sentence);
		});
	}

	it('dryRun takes true and false only', async () => {
		const response = await post(app, '/v1/sweeps?dryRun=1', smallSpec);
		const { errors } = await readProblem(response, 400, 'invalid_request');
		assert.equal(errors?.[0]?.pointer, '/query/dryRun');
	});
});

describe('an Idempotency-Key', () => {
	for (const [name, key] of [
		['of 256 characters', 'k'.repeat(256)],
		['that is empty', ''],
		['with a space', 'a b'],
		['that is not ASCII', 'clé'],
	] as const) {
		it(`${name} is a 400 that points at the header`, async () => {
			const response = await post(app, '/v1/sweeps', smallSpec, { 'idempotency-key': key });
			const { errors } = await readProblem(response, 400, 'invalid_request');
			assert.deepEqual(errors, [
				{ pointer: '/headers/idempotency-key', message: 'must be 1 to 255 visible ASCII characters' },
			]);
		});
	}
});

describe('a path', () => {
	it('that leads nowhere is a problem document', async () => {
		for (const path of ['/v1', '/v1/nothing', '/v2/sweeps', '/favicon.ico', '/v1/sweeps/', '/v1/%', '/..%2f..%2fetc']) {
			await readProblem(await app.request(path), 404, 'not_found');
		}
	});

	it('with an impossible id is a 404 of that resource, before any database', async () => {
		for (const id of [
			'1',
			'swp_',
			`swp_${'0'.repeat(25)}`,
			`SWP_${'0'.repeat(26)}`,
			`swp_${'u'.repeat(26)}`,
			trialId,
			"'--",
		]) {
			const path = `/v1/sweeps/${encodeURIComponent(id)}`;
			for (const url of [path, `${path}/trials`, `${path}/leaderboard`]) {
				await readProblem(await app.request(url), 404, 'sweep_not_found');
			}
			await readProblem(await app.request(`${path}/cancel`, { method: 'POST' }), 404, 'sweep_not_found');
			await readProblem(await app.request(path, { method: 'DELETE' }), 404, 'sweep_not_found');
		}
		for (const url of ['/v1/trials/1', '/v1/trials/1/metrics', '/v1/trials/1/artifacts']) {
			await readProblem(await app.request(url), 404, 'trial_not_found');
		}
	});

	it('asked with a method that it does not take is a 405 that lists those it takes', async () => {
		const allowed = async (method: string, path: string) => {
			const response = await app.request(path, { method });
			await readProblem(response, 405, 'method_not_allowed');
			return response.headers.get('allow');
		};
		assert.equal(await allowed('PUT', '/v1/sweeps'), 'POST, GET, HEAD');
		assert.equal(await allowed('PATCH', `/v1/sweeps/${sweepId}`), 'GET, DELETE, HEAD');
		assert.equal(await allowed('GET', `/v1/sweeps/${sweepId}/cancel`), 'POST');
		assert.equal(await allowed('DELETE', '/healthz'), 'GET, HEAD');
		assert.equal(await allowed('OPTIONS', '/v1/sweeps'), 'POST, GET, HEAD');
	});
});

describe('when the database does not answer', () => {
	it('a request is a 503 that may be repeated, and the log has the cause', async () => {
		const response = await app.request('/v1/sweeps');
		assert.equal(response.headers.get('retry-after'), '1');
		const { requestId } = await readProblem(response, 503, 'unavailable');
		const line = log.find(({ fields }) => fields.requestId === requestId);
		assert.match(String(line?.fields.cause), /ECONNREFUSED/);
	});

	it('readyz says so and healthz does not mind', async () => {
		const broken = testApp({ ready: () => Promise.reject(new Error('secret-host refused')) });
		await readProblem(await broken.app.request('/readyz'), 503, 'unavailable');
		assert.equal((await broken.app.request('/healthz')).status, 200);
	});
});

it('a fault of Basin’s own is a 500 without its words, and the log has them', async () => {
	const presign = () => Promise.reject(new Error('secret'));
	const faulty = testApp({ presign });
	faulty.app.get('/fault', () => {
		throw new TypeError('secret detail at /srv/x.ts:1');
	});
	const response = await faulty.app.request('/fault');
	const problem = await readProblem(response, 500, 'internal');
	assert.doesNotMatch(JSON.stringify(problem), /secret/);
	assert.match(String(faulty.log.find(({ fields }) => fields.requestId === problem.requestId)?.fields.cause), /secret/);
});

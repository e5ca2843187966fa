import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NewToken, Project, ProjectPage, Token, TokenPage } from '@basin/core/contracts/access.ts';
import { Sweep, SweepPage } from '@basin/core/contracts/api.ts';
import { createProject } from '@basin/db/projects/create.ts';
import { testDatabase } from '../../../tests/support/postgres.ts';
import { sampleSweep } from '../../../tests/support/samples.ts';
import { waitFor } from '../../../tests/support/wait.ts';
import { read, readProblem, smallSpec, testApp } from '../testing/app.ts';
import { issueToken, testTokenKey } from '../testing/tokens.ts';

const { db } = await testDatabase();
const settings = { db, access: { open: false, tokenKey: testTokenKey }, allowedHosts: 'any' as const };
const { app } = testApp({ ...settings, eventsKeepAliveMs: 50 });
const { headers: operator } = await issueToken(db, { scope: 'admin' });

type Headers = Record<string, string>;
const get = (path: string, headers: Headers) => app.request(path, { headers });
const send = (method: string, path: string, headers: Headers, body?: unknown) =>
	app.request(path, {
		method,
		headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	});
const bearer = ({ token }: NewToken) => ({ authorization: `Bearer ${token}` });

async function make(body: object, headers: Headers = operator): Promise<NewToken> {
	return read(await send('POST', '/v1/tokens', headers, body), 201, NewToken);
}

async function makeProject(name: string): Promise<{ project: Project; admin: Headers }> {
	const project = await read(await send('POST', '/v1/projects', operator, { name }), 201, Project);
	return { project, admin: bearer(await make({ name: 'admin', scope: 'admin', project: name })) };
}

describe('a token', () => {
	it('is shown once; the database has its HMAC only, and 256 bits of it are random', async () => {
		const made = await make({ name: 'ci', scope: 'submit' });
		assert.match(made.token, /^basin_[0-9a-z]{26}_[0-9a-f]{64}$/);
		const secret = made.token.slice(-64);
		assert.notEqual((await make({ name: 'ci', scope: 'submit' })).token.slice(-64), secret);
		const listed = await (await get('/v1/tokens', operator)).text();
		assert.ok(TokenPage.parse(JSON.parse(listed)).items.some(({ id }) => id === made.id));
		assert.ok(!listed.includes(secret));
		const [row] = await db.sql`select to_jsonb(t) || jsonb_build_object('hmac', encode(hmac, 'hex')) as row
			from api_token as t where id = ${made.id}`;
		assert.ok(!JSON.stringify(row).includes(secret));
	});

	it('lets in until it is revoked, at once and for good; again it answers the same', async () => {
		const made = await make({ name: 'short', scope: 'read' });
		assert.equal((await get('/v1/sweeps', bearer(made))).status, 200);
		const revoked = await read(await send('DELETE', `/v1/tokens/${made.id}`, operator), 200, Token);
		await readProblem(await get('/v1/sweeps', bearer(made)), 401, 'unauthenticated');
		assert.deepEqual(await read(await send('DELETE', `/v1/tokens/${made.id}`, operator), 200, Token), revoked);
	});

	it('expires after 90 days unless told, never when told null, and says when it was used', async () => {
		const made = await make({ name: 'default', scope: 'read' });
		const days = (Date.parse(made.expiresAt!) - Date.parse(made.createdAt)) / 86_400_000;
		assert.equal(days, 90);
		assert.equal((await make({ name: 'ever', scope: 'read', expiresInDays: null })).expiresAt, null);
		assert.equal(made.lastUsedAt, null);
		await get('/v1/sweeps', bearer(made));
		const { items } = await read(await get('/v1/tokens', operator), 200, TokenPage);
		assert.notEqual(items.find(({ id }) => id === made.id)?.lastUsedAt, null);
	});

	it('of another key is worthless', async () => {
		const { token } = await make({ name: 'old', scope: 'read' });
		const other = testApp({ ...settings, access: { open: false, tokenKey: `${testTokenKey}!` } });
		const response = await other.app.request('/v1/sweeps', { headers: { authorization: `Bearer ${token}` } });
		await readProblem(response, 401, 'unauthenticated');
	});

	it('that is revoked while it reads events reads no further', async () => {
		const { sweepId } = await sampleSweep(db);
		const made = await make({ name: 'watcher', scope: 'read' });
		const response = await get(`/v1/sweeps/${sweepId}/events`, bearer(made));
		assert.equal(response.status, 200);
		const reader = response.body!.getReader();
		let text = '';
		let ended = false;
		void (async () => {
			for (let part = await reader.read(); !part.done; part = await reader.read()) text += Buffer.from(part.value);
			ended = true;
		})();
		await waitFor('some signs of life', 10_000, () => text.split('keep-alive').length > 3);
		assert.equal(ended, false);
		await send('DELETE', `/v1/tokens/${made.id}`, operator);
		await waitFor('the end', 10_000, () => ended);
	});
});

describe('a project', () => {
	it('sees its own sweeps only, and has every name and key for itself', async () => {
		const [one, two] = [await makeProject('one'), await makeProject('two')];
		const key = { 'idempotency-key': 'the-same' };
		const submit = async (admin: Headers, spec: object) =>
			read(await send('POST', '/v1/sweeps', { ...admin, ...key }, spec), 201, Sweep);
		const first = await submit(one.admin, smallSpec);
		const second = await submit(two.admin, { ...smallSpec, epochs: 3 });
		assert.notEqual(first.id, second.id);
		assert.equal((await submit(one.admin, smallSpec)).id, first.id, 'its own answer is replayed');
		for (const [{ admin }, own] of [
			[one, first],
			[two, second],
		] as const) {
			const { items } = await read(await get('/v1/sweeps', admin), 200, SweepPage);
			assert.deepEqual(
				items.map(({ id }) => id),
				[own.id],
			);
		}
		const upload = { name: 'digits', format: 'csv', files: [{ name: 'a.csv', sizeBytes: 9 }] };
		assert.equal((await send('POST', '/v1/datasets', one.admin, upload)).status, 201);
		await db.sql`
			update dataset set facts = '{}', sha256 = ${'a'.repeat(64)}, size_bytes = 9, ready_at = now()
			where project_id = ${one.project.id}`;
		await readProblem(await send('POST', '/v1/datasets', one.admin, upload), 409, 'dataset_exists');
		assert.equal((await send('POST', '/v1/datasets', two.admin, upload)).status, 201);
		const spec = { ...smallSpec, dataset: { name: 'digits' } };
		await readProblem(await send('POST', '/v1/sweeps', two.admin, spec), 422, 'invalid_spec');
	});

	it('has admins who manage its tokens, and no other project’s', async () => {
		const [mine, other] = [await makeProject('mine'), await makeProject('other')];
		const made = await make({ name: 'ci', scope: 'submit' }, mine.admin);
		assert.equal(made.project, 'mine');
		const revoke = (admin: Headers) => send('DELETE', `/v1/tokens/${made.id}`, admin);
		await readProblem(await revoke(other.admin), 404, 'token_not_found');
		for (const name of ['mine', 'no-such-project']) {
			const input = { name: 'x', scope: 'read', project: name };
			await readProblem(await send('POST', '/v1/tokens', other.admin, input), 404, 'project_not_found');
			await readProblem(await get(`/v1/tokens?project=${name}`, other.admin), 404, 'project_not_found');
		}
		await readProblem(await send('POST', '/v1/projects', other.admin, { name: 'third' }), 403, 'insufficient_scope');
		const seen = await read(await get('/v1/projects', other.admin), 200, ProjectPage);
		assert.deepEqual(
			seen.items.map(({ name }) => name),
			['other'],
		);
		assert.equal((await revoke(operator)).status, 200, 'an admin of the default project may');
	});

	it('has a name for itself', async () => {
		await makeProject('taken');
		await readProblem(await send('POST', '/v1/projects', operator, { name: 'taken' }), 409, 'project_exists');
		await readProblem(await send('POST', '/v1/projects', operator, { name: 'Not a name' }), 422, 'invalid_spec');
	});

	it('has a quota of waiting trials that two requests at once cannot exceed together', async () => {
		const { id: projectId } = await createProject({ db, input: { name: 'small', maxQueuedTrials: 20 } });
		const { headers } = await issueToken(db, { scope: 'submit', projectId });
		// Eight trials each.
		const answers = await Promise.all(Array.from({ length: 6 }, () => send('POST', '/v1/sweeps', headers, smallSpec)));
		assert.deepEqual(answers.map(({ status }) => status).toSorted(), [201, 201, 429, 429, 429, 429]);
		const refused = answers.find(({ status }) => status === 429)!;
		assert.equal(refused.headers.get('retry-after'), '60');
		assert.match((await readProblem(refused, 429, 'quota_exceeded')).detail, /may have 20 .* 16 are, .* 8 more/);
		const [row] = await db.sql`select count(*) as sweeps from sweep where project_id = ${projectId}`;
		assert.deepEqual(row, { sweeps: 2 });
	});
});

describe('where access is open', () => {
	it('nobody needs a token, one that is shown has to be valid, and without a key none are made', async () => {
		const open = testApp({ db, access: { open: true } });
		assert.equal((await open.app.request('/v1/sweeps')).status, 200);
		const bad = await open.app.request('/v1/sweeps', { headers: { authorization: 'Bearer none' } });
		await readProblem(bad, 401, 'unauthenticated');
		const made = await open.app.request('/v1/tokens', {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ name: 'ci', scope: 'read' }),
		});
		await readProblem(made, 409, 'tokens_off');
	});
});

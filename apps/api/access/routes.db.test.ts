import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultProject, Scope } from '@basin/core/contracts/access.ts';
import { Problem } from '@basin/core/contracts/errors.ts';
import { WebhookEvent } from '@basin/core/contracts/webhooks.ts';
import { setBaseline } from '@basin/db/baselines/set.ts';
import { createDataset } from '@basin/db/datasets/create.ts';
import { createProject } from '@basin/db/projects/create.ts';
import { createWebhook } from '@basin/db/webhooks/create.ts';
import { testDatabase } from '../../../tests/support/postgres.ts';
import { sampleSweep } from '../../../tests/support/samples.ts';
import { trainTrial } from '../../../tests/support/web-stack.ts';
import type { Lab } from '../lab.ts';
import { readProblem, smallSpec, testApp } from '../testing/app.ts';
import { issueToken, testTokenKey } from '../testing/tokens.ts';
import { makeToken } from './token.ts';

const { db } = await testDatabase();
/** Runs nothing: what is asked here is who may ask. */
const lab: Lab = {
	experiments: async () => [],
	list: async () => [],
	start: async () => assert.fail('an unknown experiment was started'),
	cancel: async () => null,
};
const { app, log } = testApp({ db, lab, access: { open: false, tokenKey: testTokenKey }, allowedHosts: 'any' });
const theirs = await createProject({ db, input: { name: 'theirs', maxQueuedTrials: null } });

type Operation = { operationId: string; security?: { token?: [Scope] }[] };
type Described = { method: string; path: string; operationId: string; scope: Scope | undefined };

const description = (await (await app.request('/openapi.json')).json()) as {
	paths: Record<string, Record<string, Operation>>;
};
const operations: Described[] = Object.entries(description.paths).flatMap(([path, methods]) =>
	Object.entries(methods).map(([method, { operationId, security = [] }]) => {
		return { method: method.toUpperCase(), path, operationId, scope: security[0]?.token?.[0] };
	}),
);

/** What exists in the default project, for one request. */
type World = Awaited<ReturnType<typeof makeWorld>>;

async function makeWorld() {
	const projectId = defaultProject.id;
	// What `sampleConfigurations(2)` makes, as a grid.
	const grid = { batchSize: [100], eta: [0.001, 0.002], lambda: [0.9] };
	const open = await sampleSweep(db, { configurations: 2, grid });
	const ended = await sampleSweep(db, { configurations: 1 });
	await trainTrial(db, ended.trialIds[0]!, 0);
	await setBaseline({ db, projectId, name: 'main', sweepId: ended.sweepId });
	const files = [{ name: 'a.csv', sizeBytes: 4 }];
	const input = { name: `upload-${open.sweepId.slice(-8)}`, format: 'csv' as const, files, testFraction: 0.2 };
	const { id: datasetId } = await createDataset({ db, projectId, input });
	const { id: tokenId } = await issueToken(db, { scope: 'read' });
	// A project has ten at most. Nothing is delivered to an address of this machine.
	await db.sql`delete from webhook`;
	const hook = { url: 'https://127.0.0.1:1/', events: [...WebhookEvent.options] };
	const { id: webhookId } = await createWebhook({ db, projectId, input: hook, secret: 'whsec_test' });
	return { open: open.sweepId, ended: ended.sweepId, trialId: open.trialIds[0]!, datasetId, tokenId, webhookId };
}

type Case = {
	/** What a caller who may gets. */
	status: number;
	body?: (world: World) => unknown;
	/** Which sweep `{sweepId}` is; the open one unless told. */
	sweep?: 'open' | 'ended';
	query?: string;
};

const metrics = [{ metric: 'valAccuracy', maxDrop: 0.5 }];

/** One for every operation that needs a token. A route without one fails: nobody has thought about who may call it. */
const cases: Record<string, Case> = {
	createSweep: { status: 201, body: () => smallSpec },
	listSweeps: { status: 200 },
	getSweep: { status: 200 },
	pauseSweep: { status: 200 },
	resumeSweep: { status: 200 },
	stopSweep: { status: 200 },
	cancelSweep: { status: 200 },
	retryFailed: { status: 200 },
	extendSweep: { status: 200, body: () => ({ seeds: [7] }) },
	deleteSweep: { status: 200, sweep: 'ended' },
	listTrials: { status: 200 },
	getLeaderboard: { status: 200 },
	exportMetrics: { status: 200 },
	gateSweep: { status: 200, sweep: 'ended', body: () => ({ baseline: 'main', metrics }) },
	watchSweep: { status: 200 },
	getSharedLeaderboard: { status: 200, query: '?dataset=mnist&model=softmax' },
	getTrial: { status: 200 },
	cancelTrial: { status: 200 },
	retryTrial: { status: 200 },
	listMetrics: { status: 200 },
	listArtifacts: { status: 200 },
	listBaselines: { status: 200 },
	getBaseline: { status: 200 },
	setBaseline: { status: 200, body: ({ ended }) => ({ sweepId: ended }) },
	deleteBaseline: { status: 200 },
	listDatasets: { status: 200 },
	createDataset: {
		status: 201,
		body: () => ({ name: 'iris', format: 'csv', files: [{ name: 'iris.csv', sizeBytes: 9 }] }),
	},
	putDatasetPart: { status: 200, body: () => 'abcd' },
	finalizeDataset: { status: 409 },
	getDatasetContent: { status: 409 },
	deleteDataset: { status: 200 },
	listEngines: { status: 200 },
	createToken: { status: 201, body: () => ({ name: 'ci', scope: 'submit' }) },
	listTokens: { status: 200 },
	revokeToken: { status: 200 },
	createProject: { status: 201, body: ({ open }) => ({ name: `p-${open.slice(-8)}` }) },
	listProjects: { status: 200 },
	createWebhook: { status: 201, body: () => ({ url: 'https://hooks.example.com/basin' }) },
	listWebhooks: { status: 200 },
	testWebhook: { status: 200 },
	listWebhookDeliveries: { status: 200 },
	deleteWebhook: { status: 200 },
	listLabExperiments: { status: 200 },
	listLabRuns: { status: 200 },
	startLabRun: { status: 422, body: () => ({}) },
	cancelLabRun: { status: 404 },
};

/** For everybody: each is here on purpose. */
const open = ['getHealth', 'getReadiness'];

function ask({ method, path, operationId }: Described, world: World, authorization: string | undefined) {
	const { body, sweep = 'open', query = '' } = cases[operationId]!;
	const values: Record<string, string> = {
		...world,
		sweepId: world[sweep],
		name: 'main',
		file: '0',
		part: '0',
		runId: 'lab_0',
	};
	const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? assert.fail(`no value for {${name}}`));
	const content = body?.(world);
	return app.request(`${url}${query}`, {
		method,
		headers: {
			...(authorization === undefined ? {} : { authorization }),
			...(content === undefined ? {} : { 'content-type': 'application/json' }),
		},
		...(content === undefined ? {} : { body: typeof content === 'string' ? content : JSON.stringify(content) }),
	});
}

const bearer = async (...args: Parameters<typeof issueToken>) => (await issueToken(...args)).headers.authorization;

/** Tokens that are none, or no longer. */
async function deadTokens(): Promise<Record<string, string | undefined>> {
	const [live, revoked, expired] = await Promise.all([1, 2, 3].map(() => issueToken(db, { scope: 'admin' })));
	await db.sql`update api_token set revoked_at = now() where id = ${revoked!.id}`;
	await db.sql`update api_token set expires_at = now() - interval '1 millisecond' where id = ${expired!.id}`;
	const { token } = live!;
	return {
		'no token': undefined,
		'a token that nobody made': `Bearer ${makeToken(testTokenKey, Date.now()).token}`,
		'a token with another secret': `Bearer ${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`,
		'something that is no token': 'Bearer let-me-in',
		'another scheme': `Basic ${Buffer.from(`admin:${token}`).toString('base64')}`,
		'an expired token': `Bearer ${expired!.token}`,
		'a revoked token': `Bearer ${revoked!.token}`,
	};
}

const dead = await deadTokens();
const closed = operations.filter(({ operationId }) => !open.includes(operationId));

it('every route of the description has a case here, and only those in the list are for everybody', () => {
	assert.deepEqual(closed.map(({ operationId }) => operationId).toSorted(), Object.keys(cases).toSorted());
	for (const { operationId, scope } of operations) assert.equal(scope === undefined, open.includes(operationId));
});

it('what changes something needs more than `read`, what destroys or lets in needs `admin`', () => {
	const scopes = Object.fromEntries(closed.map(({ method, operationId, scope }) => [operationId, { method, scope }]));
	for (const [name, { method, scope }] of Object.entries(scopes)) {
		if (method !== 'GET' && name !== 'gateSweep') assert.notEqual(scope, 'read', name);
	}
	for (const name of [
		'deleteSweep',
		'deleteDataset',
		'createToken',
		'listTokens',
		'revokeToken',
		'createProject',
		'createWebhook',
	]) {
		assert.equal(scopes[name]?.scope, 'admin', name);
	}
});

for (const operation of closed) {
	const { operationId, path, scope } = operation;
	const { status } = cases[operationId] ?? { status: 0 };

	describe(`${operationId} (${scope})`, () => {
		it('refuses everybody without a valid token, before anything else', async () => {
			const world = await makeWorld();
			for (const [who, authorization] of Object.entries(dead)) {
				const response = await ask(operation, world, authorization);
				assert.equal(response.status, 401, who);
				assert.equal(response.headers.get('www-authenticate'), 'Bearer realm="basin"', who);
				await readProblem(response, 401, 'unauthenticated');
			}
		});

		it(`needs ${scope}: less is refused, enough and more are let in`, async () => {
			for (const own of Scope.options) {
				const response = await ask(operation, await makeWorld(), await bearer(db, { scope: own }));
				const isEnough = Scope.options.indexOf(own) >= Scope.options.indexOf(scope!);
				if (!isEnough) await readProblem(response, 403, 'insufficient_scope');
				else {
					assert.equal(
						response.status,
						status,
						`${own}: ${response.status === 200 ? '' : await response.clone().text()}`,
					);
					await response.body?.cancel();
				}
			}
		});

		it('shows and changes nothing of another project', async () => {
			const world = await makeWorld();
			const authorization = await bearer(db, { scope: 'admin', projectId: theirs.id });
			const response = await ask(operation, world, authorization);
			const text = await response.text();
			if (!/\{(sweep|trial|dataset|token|webhook)Id\}/.test(path)) {
				for (const id of Object.values(world)) assert.ok(!text.includes(id) || response.status === 404, text);
				return;
			}
			// One letter changed in its random part: an id that does not exist.
			const other = (id: string) => `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`;
			const unknown = Object.fromEntries(Object.entries(world).map(([key, id]) => [key, other(id)])) as World;
			const absent = await ask(operation, unknown, authorization);
			const told = (body: string, world: World) => {
				const { requestId: _, detail, ...rest } = Problem.parse(JSON.parse(body));
				const named = Object.values(world).reduce((words, id) => words.replace(id, 'ID'), detail);
				return { ...rest, detail: named };
			};
			assert.equal(response.status, 404, text);
			assert.deepEqual(told(text, world), told(await absent.text(), unknown), 'as if it did not exist');
		});
	});
}

it('an id in a body has to be the caller’s too', async () => {
	const world = await makeWorld();
	const authorization = await bearer(db, { scope: 'admin', projectId: theirs.id });
	const mine = await sampleSweep(db, { projectId: theirs.id });
	await trainTrial(db, mine.trialIds[0]!, 0);
	const send = (method: string, path: string, body: unknown) =>
		app.request(path, {
			method,
			headers: { authorization, 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
	await readProblem(await send('PUT', '/v1/baselines/x', { sweepId: world.ended }), 404, 'sweep_not_found');
	assert.equal((await send('PUT', '/v1/baselines/x', { sweepId: mine.sweepId })).status, 200);
	const gate = `/v1/sweeps/${mine.sweepId}/gate`;
	await readProblem(await send('POST', gate, { against: world.ended, metrics }), 404, 'sweep_not_found');
	await readProblem(await send('POST', gate, { baseline: 'main', metrics }), 404, 'baseline_not_found');
	assert.equal((await send('POST', gate, { baseline: 'x', metrics })).status, 200);
});

it('the Lab has the whole machine, and is for the default project alone', async () => {
	const authorization = await bearer(db, { scope: 'admin', projectId: theirs.id });
	for (const path of ['/v1/lab/experiments', '/v1/lab/runs']) {
		await readProblem(await app.request(path, { headers: { authorization } }), 403, 'insufficient_scope');
	}
});

it('no token is in the log, whatever was asked', () => {
	const text = JSON.stringify(log);
	assert.ok(log.length > 100);
	assert.doesNotMatch(text, /basin_|[0-9a-f]{64}|let-me-in/);
});

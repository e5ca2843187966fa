import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SweepSpec, type SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { datasets } from '@basin/core/domain/datasets.ts';
import { planSweep } from '@basin/core/domain/sweep-plan.ts';
import { testApp } from './testing/app.ts';

const { app } = testApp();
const run = promisify(execFile);

type Parameter = { name: string; in: string };
type Operation = {
	operationId: string;
	parameters?: Parameter[];
	requestBody?: { required: boolean };
	responses: Record<string, { content?: Record<string, unknown> }>;
};
type Description = {
	openapi: string;
	paths: Record<string, Record<string, Operation>>;
	components: { schemas: Record<string, Record<string, unknown>> };
};

const description = (await (await app.request('/openapi.json')).json()) as Description;
const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
	Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

const prefixes: Record<string, string> = { sweep: 'swp', trial: 'trl', dataset: 'dts', token: 'tok', webhook: 'whk' };
const withBody = [
	'post /v1/sweeps',
	'post /v1/sweeps/{sweepId}/extend',
	'post /v1/sweeps/{sweepId}/gate',
	'put /v1/baselines/{name}',
	'post /v1/datasets',
	'post /v1/webhooks',
	'post /v1/tokens',
	'post /v1/projects',
];
const hasBody = (method: string, path: string) => withBody.includes(`${method} ${path}`);

describe('the OpenAPI description', () => {
	it('that is checked in is the one that the code makes', async () => {
		await run(process.execPath, [fileURLToPath(new URL('./openapi.ts', import.meta.url)), '--check']);
	});

	it('is version 3.1 and lists every route of the API, and no other', () => {
		assert.equal(description.openapi, '3.1.0');
		const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
		const served = app.routes
			.filter(({ method, path }) => method !== 'ALL' && !/^\/(docs|openapi\.json)/.test(path))
			.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
		assert.deepEqual([...new Set(served)].toSorted(), described.toSorted());
	});

	it('has no reference that leads nowhere, and no schema that nothing refers to', () => {
		const referred = [...JSON.stringify(description).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, id]) => id!);
		assert.deepEqual([...new Set(referred)].toSorted(), Object.keys(description.components.schemas).toSorted());
	});

	it('says of a nullable reference that it may be null', () => {
		const { properties } = description.components.schemas.SweepSummary as { properties: Record<string, unknown> };
		assert.deepEqual(properties.best, {
			anyOf: [{ $ref: '#/components/schemas/BestConfiguration' }, { type: 'null' }],
		});
	});

	it('gives an example of a sweep that is valid', async () => {
		const post = description.paths['/v1/sweeps']?.post as unknown as {
			requestBody: { content: Record<string, { example: SweepSpecInput }> };
		};
		const { example } = post.requestBody.content['application/json']!;
		assert.equal(planSweep(SweepSpec.parse(example), datasets.mnist).trials, 96);
	});

	for (const { method, path, operationId, parameters = [], requestBody, responses } of operations) {
		it(`of ${operationId} names its path parameters, its refusals as problem documents, and requires its body`, () => {
			const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
			assert.deepEqual(
				parameters.filter((one) => one.in === 'path').map(({ name }) => name),
				inPath,
			);
			for (const [status, { content = {} }] of Object.entries(responses)) {
				if (Number(status) >= 400) assert.deepEqual(Object.keys(content), ['application/problem+json']);
			}
			if (path.startsWith('/v1/')) assert.ok(responses['400'] && responses['500'] && responses['503']);
			assert.equal(requestBody?.required, hasBody(method, path) ? true : undefined);
		});
	}
});

describe('every /v1 route', () => {
	for (const { method, path, operationId } of operations.filter((operation) => operation.path.startsWith('/v1/'))) {
		it(`refuses a query parameter that it does not know: ${operationId}`, async () => {
			const url = path
				.replace(
					/\{(sweep|trial|dataset|token|webhook)Id\}/,
					(_, kind: string) => `${prefixes[kind]}_${'0'.repeat(26)}`,
				)
				.replace('{name}', 'main');
			const body = hasBody(method, path) ? { body: '{}', headers: { 'content-type': 'application/json' } } : {};
			const response = await app.request(`${url}?surprise=1`, { method: method.toUpperCase(), ...body });
			assert.equal(response.status, 400);
			assert.match(await response.text(), /"pointer":"\/query\/surprise"/);
		});
	}
});

it('is served where the server has a Lab too, as `npm start` has', async () => {
	const never = () => Promise.reject(new Error('not called'));
	const lab = { experiments: never, list: never, start: never, cancel: never };
	const whole = await testApp({ lab }).app.request('/openapi.json');
	assert.equal(whole.status, 200);
	assert.ok('/v1/lab/runs' in ((await whole.json()) as Description).paths);
});

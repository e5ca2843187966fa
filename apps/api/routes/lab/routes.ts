import { BasinError } from '@basin/core/contracts/errors.ts';
import { LabExperimentPage, LabRun, LabRunInput, LabRunPage } from '@basin/core/contracts/lab.ts';
import { z } from '@hono/zod-openapi';
import { defineRoute } from '../../access/define-route.ts';
import { requireDefaultProject } from '../../access/identity.ts';
import type { Api } from '../../deps.ts';
import type { Lab } from '../../lab.ts';
import { noQuery } from '../../parameters.ts';
import { jsonBody } from '../../request-body.ts';
import { json, problems } from '../../responses.ts';

const listExperiments = defineRoute('read', {
	method: 'get',
	path: '/v1/lab/experiments',
	operationId: 'listLabExperiments',
	tags: ['lab'],
	summary: 'The lecture’s claims, and how each is tested',
	request: { query: noQuery },
	responses: { 200: json(LabExperimentPage, 'The experiments, in the lecture’s order.'), ...problems() },
});

const listRuns = defineRoute('read', {
	method: 'get',
	path: '/v1/lab/runs',
	operationId: 'listLabRuns',
	tags: ['lab'],
	summary: 'The newest run of each experiment and size, with its findings',
	request: { query: noQuery },
	responses: { 200: json(LabRunPage, 'The runs, newest first.'), ...problems() },
});

const startRun = defineRoute('submit', {
	method: 'post',
	path: '/v1/lab/runs',
	operationId: 'startLabRun',
	tags: ['lab'],
	summary: 'Run an experiment on the server’s machine',
	middleware: [jsonBody] as const,
	request: { query: noQuery, body: { required: true, content: { 'application/json': { schema: LabRunInput } } } },
	responses: {
		201: json(LabRun, 'The run.'),
		...problems('not_found', 'state_conflict', 'invalid_spec', 'body_too_large', 'unsupported_media_type'),
	},
});

const cancelRun = defineRoute('submit', {
	method: 'post',
	path: '/v1/lab/runs/{runId}/cancel',
	operationId: 'cancelLabRun',
	tags: ['lab'],
	summary: 'End a run; its sweeps go on, and can be cancelled like any other',
	request: { query: noQuery, params: z.object({ runId: z.string().regex(/^lab_[0-9a-z]{1,40}$/) }) },
	responses: { 200: json(LabRun, 'The run.'), ...problems('not_found') },
});

/** The Lab, where the server has one. Its runs use the whole machine, and are for the project whose machine it is. */
export function labRoutes(api: Api, lab: Lab): void {
	api.use('/v1/lab/*', (c, next) => {
		requireDefaultProject(c.get('identity'));
		return next();
	});
	api.openapi(listExperiments, async (c) => c.json({ items: [...(await lab.experiments())], nextCursor: null }, 200));
	api.openapi(listRuns, async (c) => c.json({ items: await lab.list(), nextCursor: null }, 200));
	api.openapi(startRun, async (c) => {
		const token = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? null;
		return c.json(await lab.start({ ...c.req.valid('json'), token }), 201);
	});
	api.openapi(cancelRun, async (c) => {
		const run = await lab.cancel(c.req.valid('param').runId);
		if (run === null) throw new BasinError('not_found', 'There is no such run of the lab.');
		return c.json(run, 200);
	});
}

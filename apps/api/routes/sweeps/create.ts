import { createHash } from 'node:crypto';
import { Sweep, SweepEstimate } from '@basin/core/contracts/api.ts';
import { SweepSpec, type SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { planSweep } from '@basin/core/domain/sweep-plan.ts';
import { createSweep } from '@basin/db/sweeps/create.ts';
import { answerKeptHours, findAnswer } from '@basin/db/sweeps/idempotency.ts';
import { z } from '@hono/zod-openapi';
import { defineRoute } from '../../access/define-route.ts';
import { canonicalJson } from '../../canonical-json.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { estimateSweep } from '../../estimate-sweep.ts';
import { jsonBody } from '../../request-body.ts';
import { resolveDataset } from '../../resolve-dataset.ts';
import { json, problems } from '../../responses.ts';

const IdempotencyKey = z
	.string()
	.regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
	.meta({
		description: `Names this request: sent again with the same body within ${answerKeptHours} hours, it answers what the first one answered and creates nothing. 1–255 visible ASCII characters.`,
	});

/** What the explorer offers to send; the one it makes from the schema is not a valid sweep. */
const example: SweepSpecInput = {
	name: 'lecture grid',
	dataset: { name: 'mnist', validation: 10_000 },
	model: { preset: 'mlp', hidden: [128] },
	grid: {
		batchSize: [10, 100, 1000, 'full'],
		eta: { from: 0.001, to: 1, steps: 4, scale: 'log' },
		lambda: [0, 0.9],
	},
	seeds: [0, 1, 2],
	epochs: 5,
};

const route = defineRoute('submit', {
	method: 'post',
	path: '/v1/sweeps',
	operationId: 'createSweep',
	tags: ['sweeps'],
	summary: 'Submit a sweep',
	middleware: [jsonBody] as const,
	request: {
		query: z.strictObject({
			dryRun: z
				.enum(['true', 'false'])
				.default('false')
				.meta({ description: '`true` validates, expands and estimates; nothing is written (200).' }),
		}),
		headers: z.object({ 'idempotency-key': IdempotencyKey.optional() }),
		body: { required: true, content: { 'application/json': { schema: SweepSpec, example } } },
	},
	responses: {
		200: json(SweepEstimate, 'A dry run: what the sweep would be.'),
		201: {
			...json(Sweep, 'The sweep; all its trials exist.'),
			headers: z.object({
				location: z.string().meta({ description: 'Path of the sweep.' }),
				'idempotency-replayed': z
					.literal('true')
					.optional()
					.meta({ description: 'This answer is that of an earlier request with the same key.' }),
			}),
		},
		...problems(
			'invalid_spec',
			'body_too_large',
			'unsupported_media_type',
			'idempotency_mismatch',
			'idempotency_in_progress',
			'quota_exceeded',
		),
	},
});

export function createSweepRoute(api: Api, { db, wake, prices, log }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { projectId } = c.get('identity');
		const input = c.req.valid('json');
		const isDryRun = c.req.valid('query').dryRun === 'true';
		const key = isDryRun ? undefined : c.req.valid('header')['idempotency-key'];
		const idempotency = key === undefined ? undefined : { key, bodyHash: hashOf(await c.req.json()) };
		// Before anything is checked: what was answered then is answered now, even if the data set is gone.
		const earlier = idempotency && (await findAnswer(db.sql, { projectId, ...idempotency }));
		if (earlier) return c.json(earlier, 201, { ...locationOf(earlier), 'Idempotency-Replayed': 'true' });
		const { spec, dataset } = await resolveDataset({ db, projectId, spec: input });
		const plan = planSweep(spec, dataset);
		if (isDryRun) return c.json(await estimateSweep({ db, projectId, spec, dataset, plan, prices }), 200);
		const { configurations, trainSize } = plan;
		const { sweep, replayed } = await createSweep({
			db,
			input: { projectId, spec, configurations, trainSize, idempotency, traceParent: c.get('traceParent') },
		});
		if (!replayed) {
			// From here on a worker's lines have the sweep's id: this one leads from the request to them.
			log.info('sweep created', { requestId: c.get('requestId'), sweepId: sweep.id, trials: plan.trials });
			wake?.();
		}
		return c.json(sweep, 201, { ...locationOf(sweep), ...(replayed ? { 'Idempotency-Replayed': 'true' } : {}) });
	});
}

function locationOf({ id }: Sweep): { Location: string } {
	return { Location: `/v1/sweeps/${id}` };
}

/** Equal for equal requests, whatever the order of their keys; over what was sent, so a new default changes nothing. */
function hashOf(body: unknown): string {
	return createHash('sha256').update(canonicalJson(body)).digest('hex');
}

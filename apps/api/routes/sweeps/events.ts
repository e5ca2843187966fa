import { SweepEvent } from '@basin/core/contracts/api.ts';
import { getSweep } from '@basin/db/sweeps/get.ts';
import { z } from '@hono/zod-openapi';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, sweepPath } from '../../parameters.ts';
import { problems } from '../../responses.ts';
import type { NumberedEvent, SweepChannels } from '../../sweep-channels.ts';

/**
 * Proxies close what is silent for a minute, and a reader can tell a dead connection from a quiet sweep. Nobody whose token was
 * revoked reads on for longer, either.
 */
const defaultKeepAliveMs = 15_000;
/** A reader who takes nothing for so many events is cut off; with the last id it can come back. */
const backlogLimit = 10_000;

/** One event on the wire; OpenAPI 3.1 has no words for a stream, so this is each of its items, as 3.2 has it. */
const SentEvent = z.object({
	event: z.enum(SweepEvent.options.map((option) => option.shape.type.value)),
	id: z.string().meta({ description: 'For `Last-Event-ID`.' }),
	data: z.string().meta({
		contentMediaType: 'application/json',
		contentSchema: { $ref: '#/components/schemas/SweepEvent' },
		description: 'A `SweepEvent` as JSON.',
	}),
});

const route = defineRoute('read', {
	method: 'get',
	path: '/v1/sweeps/{sweepId}/events',
	operationId: 'watchSweep',
	tags: ['sweeps'],
	summary: 'Server-sent events: state, epoch and leaderboard changes of a sweep',
	description:
		'Begins with the sweep as it is. After a break, `Last-Event-ID` brings the epochs since that event; one may come twice. A comment every 15 seconds keeps the connection open.',
	request: {
		params: sweepPath,
		query: noQuery,
		headers: z.object({
			'last-event-id': z.string().optional().meta({ description: 'The `id` of the last event that was received.' }),
		}),
	},
	responses: {
		200: {
			description: 'Events, each named by its `type`; the data is the event as JSON.',
			content: { 'text/event-stream': { schema: SentEvent } },
		},
		...problems('sweep_not_found'),
	},
});

export function sweepEventsRoute(
	api: Api,
	{ db, eventsKeepAliveMs: keepAliveMs = defaultKeepAliveMs }: ApiDeps,
	channels: SweepChannels,
): void {
	api.openapi(route, async (c) => {
		const { sweepId } = c.req.valid('param');
		await getSweep({ db, sweepId });
		const after = resumeAfter(c.req.valid('header')['last-event-id']);
		const isStillAllowed = c.get('isStillAllowed');
		return streamSSE(c, (stream) => sendEvents({ stream, channels, sweepId, after, keepAliveMs, isStillAllowed }));
	});
}

/** A foreign id is no error: the stream then begins as for a new reader. */
function resumeAfter(lastEventId: string | undefined): number | null {
	return lastEventId !== undefined && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : null;
}

async function sendEvents(input: {
	stream: SSEStreamingApi;
	channels: SweepChannels;
	sweepId: string;
	after: number | null;
	keepAliveMs: number;
	isStillAllowed: () => Promise<boolean>;
}): Promise<void> {
	const { stream, channels, sweepId, after, keepAliveMs, isStillAllowed } = input;
	const waiting: NumberedEvent[] = [];
	let ended = false;
	let wake = () => {};
	const leave = channels.subscribe(
		sweepId,
		(event) => {
			if (event === null || waiting.length >= backlogLimit) ended = true;
			else waiting.push(event);
			wake();
		},
		after,
	);
	stream.onAbort(() => {
		ended = true;
		leave();
		wake();
	});
	try {
		let checkedAt = performance.now();
		while (!ended) {
			if (performance.now() - checkedAt >= keepAliveMs) {
				// A database that is away has taken nobody's token.
				if (!(await isStillAllowed().catch(() => true))) break;
				checkedAt = performance.now();
			}
			const next = waiting.shift();
			if (next !== undefined)
				await stream.writeSSE({ event: next.event.type, id: String(next.id), data: JSON.stringify(next.event) });
			else if (await isQuiet(keepAliveMs, (resolve) => (wake = resolve))) await stream.write(': keep-alive\n\n');
		}
	} finally {
		leave();
	}
}

/** True after `keepAliveMs` without a call of the function that `listen` is given. */
function isQuiet(keepAliveMs: number, listen: (wake: () => void) => void): Promise<boolean> {
	return new Promise((resolve) => {
		const timer = setTimeout(() => resolve(true), keepAliveMs).unref();
		listen(() => {
			clearTimeout(timer);
			resolve(false);
		});
	});
}

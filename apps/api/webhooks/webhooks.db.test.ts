import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import {
	NewWebhook,
	WebhookDelivery,
	WebhookDeliveryPage,
	type WebhookInput,
	WebhookPage,
} from '@basin/core/contracts/webhooks.ts';
import { createProject } from '@basin/db/projects/create.ts';
import { cancelSweep } from '@basin/db/sweeps/cancel.ts';
import { stopSweep } from '@basin/db/sweeps/stop.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { takeDueDeliveries } from '@basin/db/webhooks/deliveries.ts';
import { testDatabase } from '../../../tests/support/postgres.ts';
import { sampleDevice, sampleResult, sampleSweep } from '../../../tests/support/samples.ts';
import { post, read, readProblem, testApp } from '../testing/app.ts';
import { issueToken, testTokenKey } from '../testing/tokens.ts';
import { deliverDue, retryScheduleSeconds } from './deliver.ts';

type Verify = (
	secret: string,
	headers: IncomingHttpHeaders,
	body: string,
	nowSeconds?: number,
) => { type: string; data: Record<string, unknown> };

const { db } = await testDatabase();
const { app, log } = testApp({ db, allowPrivateWebhooks: true });
const options = {
	db,
	log: { info: () => {}, warn: () => {}, error: () => {} },
	send: { allowPrivate: true },
	random: () => 0.5,
};
const deliverAll = async () => {
	while ((await deliverDue(options)) > 0);
};
/** Lets the time pass that a retry waits for. */
const later = () => db.sql`update webhook_delivery set due_at = now() where state = 'pending'`;

/** The function of docs/webhooks.md, as it stands there. */
const guide = await readFile(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8');
const code = /```js\n([\s\S]*?)```/.exec(guide)![1]!;
const { verifyWebhook } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
	verifyWebhook: Verify;
};

type Received = { headers: IncomingHttpHeaders; body: string };

/** A receiver that answers each request with the next status; the last one repeats. */
async function receiver(t: TestContext, ...statuses: number[]) {
	const received: Received[] = [];
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk);
		received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
		const status = statuses[Math.min(received.length, statuses.length) - 1] ?? 200;
		response.writeHead(status, status >= 300 && status < 400 ? { location: '/elsewhere' } : {}).end('ignored');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	t.after(() => new Promise((resolve) => server.close(resolve)));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
	return { url, received };
}

async function subscribe(t: TestContext, url: string, events?: WebhookInput['events']): Promise<NewWebhook> {
	const made = await read(await post(app, '/v1/webhooks', { url, ...(events && { events }) }), 201, NewWebhook);
	t.after(() => app.request(`/v1/webhooks/${made.id}`, { method: 'DELETE' }));
	return made;
}

/** A sweep of one trial that has ended. */
async function endedSweep(how: 'succeeded' | 'failed' = 'succeeded'): Promise<string> {
	const { sweepId, trialIds } = await sampleSweep(db, { name: 'lecture grid' });
	const trialId = trialIds[0]!;
	const { attemptNo } = (await claimTrial({ db, trialId, workerId: 'w1', leaseSeconds: 60 }))!;
	const end = { db, trialId, attemptNo, device: sampleDevice, artifacts: [] };
	if (how === 'succeeded') await finishTrial({ ...end, result: sampleResult() });
	else await failTrial({ ...end, reason: 'diverged', message: 'The loss became infinite.' });
	return sweepId;
}

const deliveriesOf = async (webhookId: string) =>
	(await read(await app.request(`/v1/webhooks/${webhookId}/deliveries`), 200, WebhookDeliveryPage)).items;

describe('a webhook', () => {
	it('is told of a sweep’s end with a signature that the guide’s own function verifies', async (t) => {
		const { url, received } = await receiver(t);
		const { secret, id } = await subscribe(t, url);
		const sweepId = await endedSweep();
		await deliverAll();
		assert.equal(received.length, 1);
		const { headers, body } = received[0]!;
		const { type, data } = verifyWebhook(secret, headers, body);
		assert.deepEqual(
			[type, data.sweepId, data.name, data.state, data.counts],
			['sweep.completed', sweepId, 'lecture grid', 'completed', { succeeded: 1 }],
		);
		assert.equal(headers['content-type'], 'application/json');
		const [delivery] = await deliveriesOf(id);
		assert.deepEqual(
			[delivery!.id, delivery!.state, delivery!.status, delivery!.attempts],
			[headers['webhook-id'], 'delivered', 200, 1],
		);

		assert.throws(() => verifyWebhook(secret, headers, body.replace('completed', 'failed')), /signature/);
		assert.throws(() => verifyWebhook(`whsec_${Buffer.alloc(32).toString('base64')}`, headers, body), /signature/);
		assert.throws(() => verifyWebhook(secret, { ...headers, 'webhook-id': 'other' }, body), /signature/);
		assert.throws(() => verifyWebhook(secret, headers, body, Date.now() / 1000 + 301), /old/);
	});

	it('is told of every kind of end that it asked for, and of nothing else', async (t) => {
		const { url, received } = await receiver(t);
		const all = await subscribe(t, url);
		const some = await subscribe(t, url, ['sweep.failed']);
		const failed = await endedSweep('failed');
		const cancelled = await sampleSweep(db);
		await cancelSweep({ db, sweepId: cancelled.sweepId });
		const stopped = await sampleSweep(db);
		await stopSweep({ db, sweepId: stopped.sweepId });
		await sampleSweep(db);
		await deliverAll();
		const eventsOf = async (webhook: NewWebhook) =>
			(await deliveriesOf(webhook.id)).map(({ event, sweepId }) => [event, sweepId]).toReversed();
		assert.deepEqual(await eventsOf(some), [
			['sweep.failed', failed],
			['sweep.failed', stopped.sweepId],
		]);
		assert.deepEqual(await eventsOf(all), [
			['sweep.failed', failed],
			['sweep.cancelled', cancelled.sweepId],
			['sweep.stopped', stopped.sweepId],
			['sweep.failed', stopped.sweepId],
		]);
		assert.equal(received.length, 6);
	});

	it('is told exactly when the end is committed, and only of its own project', async (t) => {
		const { url } = await receiver(t);
		const { id } = await subscribe(t, url);
		const project = await createProject({ db, input: { name: `other-${Date.now()}`, maxQueuedTrials: null } });
		const { sweepId } = await sampleSweep(db);
		const end = async (commit: boolean) => {
			await db.sql
				.begin(async (tx) => {
					await tx`update trial set state = 'cancelled', finished_at = now() where sweep_id = ${sweepId}`;
					await tx`select close_sweep(${sweepId})`;
					if (!commit) throw new Error('rolled back');
				})
				.catch(() => {});
		};
		await end(false);
		assert.deepEqual(await deliveriesOf(id), []);
		await end(true);
		assert.equal((await deliveriesOf(id)).length, 1);
		const foreign = await sampleSweep(db);
		await db.sql`update sweep set project_id = ${project.id} where id = ${foreign.sweepId}`;
		await cancelSweep({ db, sweepId: foreign.sweepId });
		assert.equal((await deliveriesOf(id)).length, 1);
	});

	it('that fails is tried again under the same id, later each time, until it takes it', async (t) => {
		const { url, received } = await receiver(t, 500, 302, 204);
		const { id } = await subscribe(t, url);
		await endedSweep();
		const waits: number[] = [];
		for (const expected of [
			'The receiver answered 500.',
			'The receiver answered 302, a redirect, which is not followed.',
		]) {
			await deliverAll();
			const [delivery] = await deliveriesOf(id);
			assert.deepEqual([delivery!.state, delivery!.error], ['pending', expected]);
			waits.push(Math.round((Date.parse(delivery!.nextAttemptAt!) - Date.parse(delivery!.attemptedAt!)) / 1000));
			await later();
		}
		await deliverAll();
		const [delivery] = await deliveriesOf(id);
		assert.deepEqual(
			[delivery!.state, delivery!.status, delivery!.error, delivery!.attempts],
			['delivered', 204, null, 3],
		);
		assert.deepEqual(waits, retryScheduleSeconds.slice(0, 2));
		assert.equal(new Set(received.map(({ headers }) => headers['webhook-id'])).size, 1);
		assert.equal(new Set(received.map(({ body }) => body)).size, 1);
		await later();
		await deliverAll();
		assert.equal(received.length, 3, 'what was delivered is not sent again');
	});

	it('that never takes it is given up after eight attempts; one that is gone for good after one', async (t) => {
		const broken = await receiver(t, 500);
		const gone = await receiver(t, 410);
		const [first, second] = [await subscribe(t, broken.url), await subscribe(t, gone.url)];
		await endedSweep();
		for (let attempt = 0; attempt < 12; attempt++) {
			await deliverAll();
			await later();
		}
		assert.deepEqual([broken.received.length, gone.received.length], [retryScheduleSeconds.length + 1, 1]);
		for (const { id } of [first, second]) assert.equal((await deliveriesOf(id))[0]!.state, 'failed');
	});

	it('is told by another when whoever took the message died, and by one only when two are at it', async (t) => {
		const { url, received } = await receiver(t);
		await subscribe(t, url);
		await endedSweep();
		assert.equal((await takeDueDeliveries({ db, limit: 10 })).length, 1);
		await deliverAll();
		assert.equal(received.length, 0, 'it is taken');
		await later();
		await Promise.all([deliverDue(options), deliverDue(options), deliverDue(options)]);
		assert.equal(received.length, 1);
	});

	it('is tried at once when asked, and the answer says how it went', async (t) => {
		const { url, received } = await receiver(t, 200, 503);
		const { id, secret } = await subscribe(t, url);
		const ask = async () =>
			read(await app.request(`/v1/webhooks/${id}/test`, { method: 'POST' }), 200, WebhookDelivery);
		const good = await ask();
		assert.deepEqual([good.event, good.state, good.status], ['webhook.test', 'delivered', 200]);
		assert.equal(verifyWebhook(secret, received[0]!.headers, received[0]!.body).type, 'webhook.test');
		const bad = await ask();
		assert.deepEqual([bad.state, bad.status, bad.error], ['pending', 503, 'The receiver answered 503.']);
	});

	it('shows its secret once, in no list, and in no log', async (t) => {
		const { url } = await receiver(t, 500);
		const { id, secret } = await subscribe(t, url);
		assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
		await app.request(`/v1/webhooks/${id}/test`, { method: 'POST' });
		const answers = ['/v1/webhooks', `/v1/webhooks/${id}/deliveries`].map(async (path) =>
			(await app.request(path)).text(),
		);
		for (const text of await Promise.all(answers)) assert.ok(!text.includes(secret));
		assert.ok(!JSON.stringify(log).includes(secret));
		assert.ok(log.some(({ message }) => message === 'webhook not delivered'));
	});

	it('is of its project: others neither see nor remove it', async (t) => {
		const { url } = await receiver(t);
		const { id } = await subscribe(t, url);
		const closed = testApp({ db, access: { open: false, tokenKey: testTokenKey } }).app;
		const project = await createProject({ db, input: { name: `strangers-${Date.now()}`, maxQueuedTrials: null } });
		const { headers } = await issueToken(db, { scope: 'admin', projectId: project.id });
		for (const [method, path] of [
			['GET', '/deliveries'],
			['POST', '/test'],
			['DELETE', ''],
		] as const)
			await readProblem(
				await closed.request(`/v1/webhooks/${id}${path}`, { method, headers }),
				404,
				'webhook_not_found',
			);
		assert.deepEqual((await read(await closed.request('/v1/webhooks', { headers }), 200, WebhookPage)).items, []);
		const { headers: submit } = await issueToken(db, { scope: 'submit' });
		await readProblem(await closed.request('/v1/webhooks', { headers: submit }), 403, 'insufficient_scope');
	});

	it('is refused where it would lead inside, says why, and there are twenty at most', async () => {
		const strict = testApp({ db }).app;
		for (const [url, sentence] of [
			['http://example.com/', /must begin with https/],
			['https://127.0.0.1/', /private address/],
			['https://2130706433/', /private address/],
			['https://0x7f.1/', /private address/],
			['https://[::ffff:169.254.169.254]/', /private address/],
			['https://localhost:8787/', /private address/],
			['https://metadata.google.internal/', /private address/],
			['https://user:pass@example.com/', /user name/],
			['ftp://example.com/', /https/],
			['nonsense', /URL/],
		] as const) {
			const problem = await readProblem(await post(strict, '/v1/webhooks', { url }), 422, 'invalid_spec');
			assert.match(JSON.stringify(problem.errors), sentence, url);
		}
		const made = [];
		for (let i = 0; i < 20; i++)
			made.push(await read(await post(strict, '/v1/webhooks', { url: 'https://example.com/' }), 201, NewWebhook));
		await readProblem(await post(strict, '/v1/webhooks', { url: 'https://example.com/' }), 409, 'too_many_webhooks');
		for (const { id } of made)
			assert.equal((await strict.request(`/v1/webhooks/${id}`, { method: 'DELETE' })).status, 200);
	});
});

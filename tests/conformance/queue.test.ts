import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SendMessageBatchCommandInput } from '@aws-sdk/client-sqs';
import { createSend, pingQueue } from '@basin/api/adapters/sqs.ts';
import type { Delivery } from '@basin/gpu-worker/ports.ts';
import { createSqsQueue } from '@basin/gpu-worker/sqs-queue.ts';
import { quietLog } from '@basin/gpu-worker/testing/memory-ports.ts';
import { waitFor } from '../support/wait.ts';
import { cloudServers, type ForeignServer, sqsOf } from './clouds.ts';

const never = new AbortController().signal;

const entriesOf = (count: number) =>
	Array.from({ length: count }, (_, no) => ({
		id: `trl_${no}-1`,
		message: { v: 1 as const, trialId: `trl_${no}`, dispatchNo: 1 },
	}));

/** What the relay and the workers rely on, whoever keeps the queue. */
function queueSuite(server: ForeignServer): void {
	const { sqs, createQueue } = sqsOf(server);

	async function open({ visibilitySeconds = 30 } = {}) {
		const queueUrl = await createQueue(visibilitySeconds);
		const queue = createSqsQueue({ sqs, queueUrl });
		const take = (waitSeconds = 1) => queue.receive({ waitSeconds, signal: never });
		const takeAll = async () => {
			const deliveries: Delivery[] = [];
			for (let one = await take(); one !== null; one = await take()) deliveries.push(one);
			return deliveries;
		};
		return { queueUrl, queue, take, takeAll, send: createSend({ sqs, queueUrl, log: quietLog }) };
	}
	const idsOf = (deliveries: Delivery[]) => deliveries.map(({ message }) => message?.trialId).sort();

	it('ten messages sent in one call arrive once each, as they were', async () => {
		const { send, takeAll } = await open();
		const batch = entriesOf(10);
		const { successfulIds } = await send(batch);
		assert.deepEqual(successfulIds.toSorted(), batch.map(({ id }) => id).sort());
		const deliveries = await takeAll();
		assert.deepEqual(idsOf(deliveries), batch.map(({ message }) => message.trialId).sort());
		assert.deepEqual(deliveries.find(({ message }) => message?.trialId === 'trl_3')?.message, batch[3]?.message);
	});

	const refusesEntries = server.name.startsWith('moto')
		? { skip: 'moto takes a control character and changes it' }
		: {};
	it(
		'of a batch with a message that the queue refuses, it has exactly those that it confirms',
		refusesEntries,
		async () => {
			const { send, takeAll, queueUrl } = await open();
			const unsendable = spoilSecondOf(queueUrl);
			const { successfulIds } = await send(entriesOf(3)).catch(() => ({ successfulIds: [] as string[] }));
			sqs.middlewareStack.remove(unsendable);
			const arrived = (await takeAll()).map(({ message }) => `${message?.trialId}-1`);
			assert.deepEqual(arrived.sort(), successfulIds.toSorted());
			assert.ok(!successfulIds.includes('trl_1-1'), 'the refused message counts as sent');
		},
	);

	/** A control character is a fault of one entry; the adapter itself sends none. */
	function spoilSecondOf(queueUrl: string): string {
		const name = `spoil-${queueUrl}`;
		sqs.middlewareStack.add(
			(next) => (args) => {
				const input = args.input as SendMessageBatchCommandInput;
				if (input.QueueUrl === queueUrl && input.Entries?.[1]) input.Entries[1].MessageBody = '\u0001';
				return next(args);
			},
			{ step: 'initialize', name },
		);
		return name;
	}

	it('a worker that waits gets a message when it is sent, not when its wait is over', async () => {
		const { send, queue } = await open();
		const waiting = queue.receive({ waitSeconds: 20, signal: never });
		const start = performance.now();
		await send(entriesOf(1));
		assert.equal((await waiting)?.message?.trialId, 'trl_0');
		assert.ok(performance.now() - start < 10_000, 'the message came with the end of the wait');
	});

	it('an empty queue answers null, after the wait that was asked for', async () => {
		const { take } = await open();
		const start = performance.now();
		assert.equal(await take(1), null);
		const waitedMs = performance.now() - start;
		assert.ok(waitedMs > 800, `it answered after ${waitedMs} ms`);
	});

	it('a worker that shuts down stops waiting at once', async () => {
		const { queue } = await open();
		const shutdown = new AbortController();
		const waiting = queue.receive({ waitSeconds: 20, signal: shutdown.signal });
		setImmediate(() => shutdown.abort());
		await assert.rejects(waiting);
	});

	it('a message that is being worked on is hidden, comes again when it was not deleted, and is gone once it was', async () => {
		const { send, take } = await open({ visibilitySeconds: 3 });
		await send(entriesOf(1));
		const first = await take();
		assert.ok(first);
		assert.equal(await take(), null, 'two workers have the same message');
		const second = await take(10);
		assert.deepEqual(second?.message, first.message);
	});

	it('a deleted message does not come again, and a second delete is nothing or refused, as a worker takes it', async () => {
		const { send, take, queue } = await open({ visibilitySeconds: 1 });
		await send(entriesOf(1));
		const delivery = await take();
		assert.ok(delivery);
		await queue.delete(delivery.receipt);
		assert.equal(await take(2), null);
		// ElasticMQ refuses a receipt that was used.
		await queue
			.delete(delivery.receipt)
			.catch((error: Error) => assert.match(error.name, /ReceiptHandle|InvalidParameter/));
	});

	it('a message of a foreign shape is told apart, and can be deleted', async () => {
		const { take, queue, queueUrl } = await open({ visibilitySeconds: 1 });
		for (const MessageBody of ['hello', '{"v":2}', '[]']) {
			await sqs.sendMessage({ QueueUrl: queueUrl, MessageBody });
			const delivery = await take(5);
			assert.equal(delivery?.message, null, MessageBody);
			await queue.delete(delivery.receipt);
		}
		assert.equal(await take(2), null);
	});

	it('a purge empties the queue, and it takes messages again', async () => {
		const { send, take, queueUrl } = await open();
		await send(entriesOf(10));
		await sqs.purgeQueue({ QueueUrl: queueUrl });
		await waitFor('the queue to be empty', 60_000, async () => (await take()) === null);
		await send(entriesOf(1));
		assert.equal((await take(5))?.message?.trialId, 'trl_0');
	});

	it('readiness is told from a queue that is there and one that is not', async () => {
		const { queueUrl } = await open();
		await pingQueue({ sqs, queueUrl });
		await assert.rejects(pingQueue({ sqs, queueUrl: `${queueUrl}-none` }));
	});
}

for (const server of await cloudServers()) {
	if (server.sqsEndpoint === undefined) continue;
	describe(`the queue of ${server.name}`, { concurrency: 4 }, () => queueSuite(server));
}

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ReceiveMessageCommand, SendMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { relayOutbox } from '@basin/db/outbox/relay.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { startQueueAndObjects } from '@basin/local/services/queue-and-objects.ts';
import { deadLetterNameOf } from '@basin/local/services/queue-names.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleSweep } from '../../tests/support/samples.ts';
import { createSend } from './adapters/sqs.ts';
import { drainDeadLetters } from './dead-letters.ts';
import type { LogFields } from './log.ts';

const { db } = await testDatabase();
const folder = await mkdtemp(join(tmpdir(), 'basin-dead-letters-'));
const folders = { queueDir: join(folder, 'queue'), objectsDir: join(folder, 'objects') };
const store = await startQueueAndObjects({
	...folders,
	port: 0,
	region: 'us-east-1',
	queueName: 'trials',
	bucket: 'objects',
});
const endpoint = `http://127.0.0.1:${store.port}`;
const sqs = new SQSClient({ region: 'us-east-1', endpoint, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
const queueUrl = `${endpoint}/000000000000/trials`;
const deadLetterQueueUrl = `${endpoint}/000000000000/${deadLetterNameOf('trials')}`;
after(async () => {
	sqs.destroy();
	await store.stop();
	await rm(folder, { recursive: true, force: true });
});

const warned: LogFields[] = [];
const silent = {
	info: () => {},
	error: () => {},
	warn: (_: string, fields: LogFields = {}) => void warned.push(fields),
};
const drain = () => drainDeadLetters({ db, sqs, deadLetterQueueUrl, log: silent });
const letters = () => db.sql`select trial_id, dispatch_no, body, receive_count from dead_letter order by recorded_at`;

/** Takes what is in the queue, never deleting it, until the queue has put it aside. */
async function exhaust(): Promise<void> {
	await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: { VisibilityTimeout: '0' } }));
	for (let receives = 0; ; receives++) {
		const { Messages = [] } = await sqs.send(
			new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
		);
		if (Messages.length === 0) return;
		assert.ok(receives < 50, 'the queue never puts a message aside');
	}
}

test('a message that the embedded queue gave up on is noted once, and its trial is sent again and can be claimed', async () => {
	const { trialIds } = await sampleSweep(db, { configurations: 2 });
	const [lost, taken] = trialIds as [string, string];
	await relayOutbox({ db, send: createSend({ sqs, queueUrl, log: silent }) });
	await claimTrial({ db, trialId: taken, workerId: 'w', leaseSeconds: 60 });
	await exhaust();
	assert.equal(await drain(), 2);
	assert.equal(await drain(), 0);
	const noted = await letters();
	assert.deepEqual(noted.map((row) => row.trial_id).toSorted(), trialIds);
	assert.ok(noted.every((row) => row.receive_count > 10 && row.dispatch_no === 1));
	assert.deepEqual(warned.map(({ trialId }) => trialId).toSorted(), trialIds);
	const again = await db.sql`select trial_id, dispatch_no from outbox where trial_id = any(${trialIds})`;
	assert.deepEqual([...again], [{ trial_id: lost, dispatch_no: 2 }], 'what runs needs no message');
	assert.ok(await claimTrial({ db, trialId: lost, workerId: 'w', leaseSeconds: 60 }));
});

test('a message that is noted again, or that the trial no longer waits for, sends nothing', async () => {
	const { trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	const record = async (messageId: string, dispatchNo: number) =>
		(await db.sql`select record_dead_letter(${messageId}, '{}', ${trialId}, ${dispatchNo}, 11) as new`)[0]!.new;
	const dispatchNo = async () =>
		(await db.sql`select dispatch_no, redispatches from trial where id = ${trialId}`)[0]!.dispatch_no;
	assert.equal(await record('one', 1), true);
	assert.equal(await dispatchNo(), 2);
	assert.equal(await record('one', 2), false);
	assert.equal(await record('two', 1), true);
	assert.equal(await dispatchNo(), 2);
});

test('a message that is none of ours is noted as it is', async () => {
	await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'not ours' }));
	await exhaust();
	assert.equal(await drain(), 1);
	const [row] = await db.sql`select trial_id, dispatch_no from dead_letter where body = 'not ours'`;
	assert.deepEqual(row, { trial_id: null, dispatch_no: null });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { it } from 'node:test';
import { SQSClient } from '@aws-sdk/client-sqs';
import { openDatabase } from '@basin/db/client.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { createReadiness } from './readiness.ts';
import { testCloud } from './testing/cloud.ts';

const { db } = await testDatabase();
const { sqs, queueUrl } = await testCloud();

it('with database and queue, Basin is ready, and says how many messages the queue gave up on lately', async () => {
	await db.sql`select record_dead_letter('today', '{}', null, null, 11), record_dead_letter('earlier', '{}', null, null, 11)`;
	await db.sql`update dead_letter set recorded_at = now() - interval '25 hours' where message_id = 'earlier'`;
	assert.deepEqual(await createReadiness({ db, sqs, queueUrl })(), { deadLettersLastDay: 1 });
});

it('without the database it is not', async (t) => {
	const gone = openDatabase('postgres://127.0.0.1:1/none');
	t.after(() => gone.close());
	await assert.rejects(createReadiness({ db: gone, sqs, queueUrl })());
});

it('without the queue it is not', async () => {
	await assert.rejects(createReadiness({ db, sqs, queueUrl: queueUrl.replace('basin-trials', 'missing') })());
});

it('with a queue that takes calls and says nothing, it is not, within seconds', async (t) => {
	const silent = createServer(() => {}).listen(0, '127.0.0.1');
	await once(silent, 'listening');
	const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
	const mute = new SQSClient({
		region: 'us-east-1',
		endpoint,
		credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
	});
	t.after(() => {
		mute.destroy();
		silent.close();
	});
	await assert.rejects(
		createReadiness({ db, sqs: mute, queueUrl: `${endpoint}/000000000000/q` })(),
		/no answer within/,
	);
});

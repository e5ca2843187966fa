import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { SQSClient } from '@aws-sdk/client-sqs';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { getTrial } from '@basin/db/trials/get.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleSweep } from '../../tests/support/samples.ts';
import { waitFor } from '../../tests/support/wait.ts';
import type { LogLine } from './testing/app.ts';
import { receive, testCloud } from './testing/cloud.ts';
import { startTick, type Tick, type TickOptions } from './tick.ts';

const cloud = await testCloud();
const never = 3600;

type Ticking = { tick: Tick; log: LogLine[] };

/** A tick on a database of its own, so that no other test's trials are relayed by it. */
async function ticking(t: TestContext, options: Partial<TickOptions> = {}) {
	const { db } = await testDatabase(t);
	const log: LogLine[] = [];
	const note =
		(level: string) =>
		(message: string, fields = {}) =>
			void log.push({ level, message, fields });
	const start = (): Ticking => {
		const tick = startTick({
			db,
			sqs: cloud.sqs,
			queueUrl: cloud.queueUrl,
			tickSeconds: never,
			log: { info: note('info'), warn: note('warn'), error: note('error') },
			...options,
		});
		t.after(() => tick.stop());
		return { tick, log };
	};
	return { db, start };
}

describe('the relay', () => {
	it('sends what was committed before it started', async (t) => {
		const { db, start } = await ticking(t);
		const { trialIds } = await sampleSweep(db, { configurations: 25 });
		start();
		const messages = await receive(cloud, 25);
		assert.deepEqual(messages.map(({ trialId }) => trialId).toSorted(), trialIds);
	});

	it('sends at once when woken, without waiting for its tick', async (t) => {
		const { db, start } = await ticking(t);
		await sampleSweep(db);
		const { tick } = start();
		assert.equal((await receive(cloud, 1)).length, 1);
		const { trialIds } = await sampleSweep(db, { configurations: 3 });
		tick.wake();
		assert.equal((await receive(cloud, 3)).length, 3);
		// Noted after the message was sent.
		await waitFor('the trial to be queued', 5000, async () => {
			return (await getTrial({ db, trialId: trialIds[0]! })).state === 'queued';
		});
	});

	it('loses no wake that comes while it sends', async (t) => {
		const { db, start } = await ticking(t);
		const { tick } = start();
		for (let n = 0; n < 10; n++) {
			await sampleSweep(db);
			tick.wake();
		}
		assert.equal((await receive(cloud, 10)).length, 10);
	});

	it('sends again what the queue has not confirmed, and only that', async (t) => {
		const sqs = new SQSClient({ ...(await clientConfig()) });
		let calls = 0;
		sqs.middlewareStack.add(
			(next) => async (args) => {
				const result = await next(args);
				const output = result.output as { Successful?: { Id: string }[]; Failed?: object[] };
				if (calls++ === 0) {
					const refused = output.Successful!.pop()!;
					output.Failed = [{ Id: refused.Id, Code: 'InternalError', Message: 'try again', SenderFault: false }];
				}
				return result;
			},
			{ step: 'initialize' },
		);
		t.after(() => sqs.destroy());
		const { db, start } = await ticking(t, { sqs, tickSeconds: 0.05 });
		const { trialIds } = await sampleSweep(db, { configurations: 4 });
		const { log } = start();
		const messages = await receive(cloud, 5);
		assert.equal(messages.length, 5);
		assert.equal(new Set(messages.map(({ trialId }) => trialId)).size, trialIds.length);
		assert.equal(log.filter(({ message }) => message === 'the queue refused messages').length, 1);
	});

	it('survives an outage of the queue with one line in the log, and sends when it is over', async (t) => {
		const sqs = new SQSClient({ ...(await clientConfig()), maxAttempts: 1 });
		let down = true;
		let tries = 0;
		sqs.middlewareStack.add(
			(next) => async (args) => {
				tries++;
				if (down) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
				return next(args);
			},
			{ step: 'initialize' },
		);
		t.after(() => sqs.destroy());
		const { db, start } = await ticking(t, { sqs, tickSeconds: 0.02 });
		await sampleSweep(db, { configurations: 2 });
		const { log } = start();
		await waitFor('several tries', 10_000, () => tries >= 3, 5);
		assert.equal(log.filter(({ level }) => level === 'error').length, 1);
		down = false;
		assert.equal((await receive(cloud, 2)).length, 2);
		await waitFor('the all-clear', 5000, () => log.some(({ message }) => message === 'relay works again'), 5);
	});
});

describe('the reconciler', () => {
	it('gives a trial whose lease has lapsed to the next worker, on its timer alone', async (t) => {
		const { db, start } = await ticking(t, { tickSeconds: 0.05 });
		const { trialIds } = await sampleSweep(db);
		const trialId = trialIds[0]!;
		assert.ok(await claimTrial({ db, trialId, workerId: 'w1', leaseSeconds: 0.1 }));
		const { log } = start();
		await waitFor('the trial to wait again', 10_000, async () => {
			const trial = await getTrial({ db, trialId });
			return trial.attempts[0]?.outcome === 'lost' && trial.state !== 'running';
		});
		// The line is written after the commit that the wait above has seen.
		await waitFor('the line that says so', 5000, () =>
			log.some(({ message, fields }) => message === 'reconciled' && fields.requeued === 1),
		);
	});
});

describe('stopping', () => {
	it('waits for the round that runs, and nothing is sent after it', async (t) => {
		const { db, start } = await ticking(t, { tickSeconds: 0.01 });
		await sampleSweep(db, { configurations: 30 });
		const { tick } = start();
		await tick.stop();
		const [{ open } = { open: 0 }] = await db.sql`
			select count(*)::integer as open from pg_stat_activity
			where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`;
		assert.equal(open, 0);
		tick.wake();
		await receive(cloud, 30);
		await sampleSweep(db);
		tick.wake();
		assert.deepEqual(await receive(cloud, 1), []);
	});
});

async function clientConfig() {
	const { region, credentials } = cloud.sqs.config;
	return { region, credentials, endpoint: cloud.endpoint };
}

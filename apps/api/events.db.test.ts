import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { createClient, type ReceivedEvent } from '@basin/client';
import { EnginePage } from '@basin/core/contracts/api.ts';
import type { Db } from '@basin/db/client.ts';
import { deleteSweep } from '@basin/db/sweeps/delete.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { recordEpoch } from '@basin/db/trials/record-epoch.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleDevice, sampleMetrics, sampleResult, sampleSweep } from '../../tests/support/samples.ts';
import { waitFor } from '../../tests/support/wait.ts';
import { startServer } from './server.ts';
import { createSweepChannels } from './sweep-channels.ts';
import { read, readProblem, testApp } from './testing/app.ts';

const { db } = await testDatabase();
const { app } = testApp({ db });
const server = await startServer({ app, host: '127.0.0.1', port: 0 });
after(() => server.stop({ graceMs: 0 }));
const client = createClient({ baseUrl: server.url });

const deadlineMs = 10_000;

async function runningTrial() {
	const { sweepId, trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	const { attemptNo } = (await claimTrial({ db, trialId, workerId: 'w1', leaseSeconds: 60 }))!;
	return {
		sweepId,
		trialId,
		record: (epoch: number) => recordEpoch({ db, trialId, attemptNo, metrics: sampleMetrics(epoch) }),
		finish: () => finishTrial({ db, trialId, attemptNo, device: sampleDevice, artifacts: [], result: sampleResult() }),
	};
}

/** Reads events in the background until `stop`. */
function listen(sweepId: string, lastEventId?: string) {
	const events: ReceivedEvent[] = [];
	const abort = new AbortController();
	const done = (async () => {
		for await (const event of client.watchSweep(sweepId, { signal: abort.signal, lastEventId })) events.push(event);
	})().catch((error: unknown) => {
		if (!abort.signal.aborted) throw error;
	});
	return {
		events,
		epochs: () => events.flatMap(({ event }) => (event.type === 'epoch' ? [event.point.epoch] : [])),
		state: () => events.flatMap(({ event }) => (event.type === 'sweep' ? [event.sweep.state] : [])).at(-1),
		types: () => events.map(({ event }) => event.type),
		done,
		stop: async () => {
			abort.abort();
			await done;
		},
	};
}

it('events begin with the sweep as it is, and tell every epoch, the end and that the ranking changed', async () => {
	const trial = await runningTrial();
	const reader = listen(trial.sweepId);
	await waitFor('the first event', deadlineMs, () => reader.events.length > 0);
	assert.equal(reader.state(), 'running');
	await trial.record(1);
	await waitFor('the first epoch', deadlineMs, () => reader.epochs().includes(1));
	await trial.record(2);
	await trial.finish();
	await waitFor('the end', deadlineMs, () => reader.types().includes('leaderboard'));
	assert.deepEqual(reader.epochs(), [1, 2]);
	assert.equal(reader.state(), 'completed');
	await reader.stop();
});

it('a reader that was away gets the epochs of the meantime by the last id', async () => {
	const trial = await runningTrial();
	const before = listen(trial.sweepId);
	await trial.record(1);
	await waitFor('the first epoch', deadlineMs, () => before.epochs().includes(1));
	const { id } = before.events.at(-1)!;
	await before.stop();
	await trial.record(2);
	await trial.finish();
	const back = listen(trial.sweepId, id);
	await waitFor('what was missed', deadlineMs, () => back.epochs().includes(2) && back.types().includes('leaderboard'));
	assert.equal(back.state(), 'completed');
	await back.stop();
});

it('many readers of a sweep cost the database what one costs', async () => {
	const { sweepId } = await sampleSweep(db);
	let statements = 0;
	const counted: Db = {
		...db,
		sql: new Proxy(db.sql, {
			apply(target, self, args) {
				if (String(args[0]).includes('select sweep.*')) statements++;
				return Reflect.apply(target, self, args);
			},
		}),
	};
	const silentLog = { info: () => {}, warn: () => {}, error: () => {} };
	const channels = createSweepChannels({ db: counted, log: silentLog, pollMs: 20 });
	const heard = Array.from({ length: 50 }, () => 0);
	const startedAt = performance.now();
	const leave = heard.map((_, reader) => channels.subscribe(sweepId, () => void heard[reader]!++, null));
	await waitFor('five polls', deadlineMs, () => statements >= 5);
	const polls = Math.floor((performance.now() - startedAt) / 20) + 1;
	for (const end of leave) end();
	assert.ok(heard.every((events) => events >= 1));
	assert.ok(statements <= polls, `${statements} reads in ${polls} polls`);
});

it('the events of a sweep that is deleted end, those of one that never was are a 404', async () => {
	const trial = await runningTrial();
	await trial.finish();
	const reader = listen(trial.sweepId);
	await waitFor('the first event', deadlineMs, () => reader.events.length > 0);
	await deleteSweep({ db, sweepId: trial.sweepId });
	await reader.done;
	const gone = await app.request(`/v1/sweeps/${trial.sweepId}/events`);
	await readProblem(gone, 404, 'sweep_not_found');
});

it('the engines are the devices that have finished a trial, with their seconds per update', async () => {
	const trial = await runningTrial();
	await trial.record(1);
	await trial.finish();
	const { items } = await read(await app.request('/v1/engines'), 200, EnginePage);
	const found = items.find(({ device }) => device.key === sampleDevice.key);
	assert.equal(found?.speeds[0]?.batchSize, 100);
	assert.equal(found?.speeds[0]?.secondsPerUpdate, sampleResult().updateSecondsMedian);
});

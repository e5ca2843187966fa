import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { type LoopContext, runLoop } from './loop.ts';
import { PermanentError, type TrialLedger } from './ports.ts';
import { createShutdown } from './shutdown.ts';
import { createManualClock, type ManualClock } from './testing/manual-clock.ts';
import {
	endlessTrainer,
	finishedOf,
	memoryArtifacts,
	memoryLedger,
	memoryQueue,
	memoryTrainer,
	metricsOf,
	quietLog,
} from './testing/memory-ports.ts';

const workDir = mkdtempSync(join(tmpdir(), 'basin-loop-'));
after(() => rmSync(workDir, { recursive: true, force: true }));

function contextOf(parts: Partial<LoopContext>) {
	const clock = createManualClock();
	const shutdown = createShutdown({ onForce: () => assert.fail('forced'), now: clock.now, log: quietLog });
	const ctx: LoopContext = {
		queue: memoryQueue([]).queue,
		ledger: memoryLedger().ledger,
		artifacts: memoryArtifacts().artifacts,
		trainer: memoryTrainer(),
		lease: { heartbeatSeconds: 15, leaseSeconds: 60 },
		idleExitSeconds: null,
		workDir,
		releaseGraceSeconds: 4,
		shutdown,
		clock,
		log: quietLog,
		...parts,
	};
	return { ctx, clock, shutdown };
}

/** Moves time on until the loop has ended: at most a minute, for real parts (files) take turns of their own. */
async function ended(loop: Promise<void>, clock: ManualClock): Promise<void> {
	let over = false;
	void loop.finally(() => {
		over = true;
	});
	for (let turn = 0; !over; turn++) {
		assert.ok(turn < 120, 'the loop did not end');
		await clock.advance(500);
	}
	await loop;
}

/** Runs the loop until `done()`, moving time on, then shuts it down. */
async function runUntil(parts: Partial<LoopContext>, done: () => boolean): Promise<void> {
	const { ctx, clock, shutdown } = contextOf(parts);
	const loop = runLoop(ctx);
	let turns = 0;
	while (!done() && turns++ < 2_000) await clock.advance(500);
	shutdown.request('test');
	await ended(loop, clock);
	assert.ok(turns < 2_000, 'the loop did not come to the expected state');
	assert.deepEqual(readdirSync(workDir), [], 'a trial leaves no file behind');
}

test('a trial is claimed, its epochs recorded in order, its files stored under its attempt, then finished', async () => {
	const { queue, state } = memoryQueue(['trl_1']);
	const { ledger, writes } = memoryLedger();
	const { artifacts, keys } = memoryArtifacts();
	await runUntil({ queue, ledger, artifacts }, () => writes.length === 4);
	assert.deepEqual(writes, ['trl_1 epoch 1', 'trl_1 epoch 2', 'trl_1 epoch 3', 'trl_1 finish history.json']);
	assert.deepEqual(keys, ['sweeps/swp_1/trials/trl_1/attempts/1/history.json']);
	assert.deepEqual(state.deleted, ['trl_1']);
});

test('a busy worker takes no second message, however long the queue', async () => {
	const { queue, state } = memoryQueue(Array.from({ length: 10_000 }, (_, index) => `trl_${index}`));
	const { ctx, clock, shutdown } = contextOf({ queue, trainer: endlessTrainer });
	const loop = runLoop(ctx);
	await clock.advance(600_000);
	assert.equal(state.received, 1);
	shutdown.request('test');
	await ended(loop, clock);
});

test('the message is deleted while the trial still trains, and also when there is nothing to claim', async () => {
	const { queue, state } = memoryQueue(['trl_gone', 'trl_1']);
	const { ledger: claims } = memoryLedger();
	const { ledger } = memoryLedger({
		claim: (input) => (input.trialId === 'trl_gone' ? Promise.resolve(null) : claims.claim(input)),
	});
	await runUntil({ queue, ledger, trainer: endlessTrainer }, () => state.deleted.length === 2);
	assert.deepEqual(state.deleted, ['trl_gone', 'trl_1']);
});

test('a message that the database could not judge is not deleted', async () => {
	const { queue, state } = memoryQueue(['trl_1']);
	let claims = 0;
	const { ledger } = memoryLedger({
		claim: async () => {
			claims++;
			throw new Error('connection refused');
		},
	});
	await runUntil({ queue, ledger }, () => claims > 5);
	assert.deepEqual(state.deleted, []);
});

test('an outage of the database and of the store in mid-trial loses no epoch, no file and no result, and repeats none', async () => {
	const outages = fc.array(fc.boolean(), { minLength: 0, maxLength: 25 });
	const property = fc.asyncProperty(outages, async (fates) => {
		const remaining = [...fates];
		const flaky = async <T>(answer: () => Promise<T>): Promise<T> => {
			if (remaining.shift()) throw new Error('connection lost');
			return answer();
		};
		const { ledger: sure, writes } = memoryLedger();
		const ledger: TrialLedger = {
			...sure,
			recordEpoch: (input) => flaky(() => sure.recordEpoch(input)),
			finish: (input) => flaky(() => sure.finish(input)),
			heartbeat: (input) => flaky(() => sure.heartbeat(input)),
		};
		const { artifacts, keys } = memoryArtifacts(({ key, name, contentType }) =>
			flaky(async () => ({ key, name, contentType, sizeBytes: 1, sha256: 'a'.repeat(64) })),
		);
		const { queue } = memoryQueue(['trl_1']);
		await runUntil({ queue, ledger, artifacts }, () => writes.length === 4);
		assert.deepEqual(writes, ['trl_1 epoch 1', 'trl_1 epoch 2', 'trl_1 epoch 3', 'trl_1 finish history.json']);
		assert.equal(keys.length, 1);
	});
	await fc.assert(property, { numRuns: 40 });
});

test('a fenced attempt uploads nothing and writes nothing more', async () => {
	const { queue } = memoryQueue(['trl_1']);
	let refused = 0;
	const { ledger, writes } = memoryLedger({
		recordEpoch: async () => {
			refused++;
			return false;
		},
	});
	const { artifacts, keys } = memoryArtifacts();
	await runUntil({ queue, ledger, artifacts }, () => refused > 0);
	assert.equal(refused, 1, 'the epochs after the refused one are not sent');
	assert.deepEqual(writes, []);
	assert.deepEqual(keys, []);
});

test('a worker that slept past its lease asks before it uploads', async () => {
	const { queue } = memoryQueue(['trl_1']);
	const { ledger, writes } = memoryLedger({ heartbeat: async () => 'fenced' });
	const { artifacts, keys } = memoryArtifacts();
	const { ctx, clock, shutdown } = contextOf({ queue, ledger, artifacts });
	// The process is stopped between its last epoch and its end: no timer of the lease fires, the clock moves.
	const now = { skew: 0 };
	const stalled = { now: () => clock.now() + now.skew, sleep: clock.sleep };
	const trainer = memoryTrainer(async ({ assignment, onEpoch }) => {
		onEpoch(metricsOf(1));
		await new Promise((resolve) => setImmediate(resolve));
		now.skew = 61_000;
		return finishedOf(assignment);
	});
	const loop = runLoop({ ...ctx, clock: stalled, trainer });
	await clock.advance(1_000);
	shutdown.request('test');
	await ended(loop, clock);
	assert.deepEqual(writes, ['trl_1 epoch 1']);
	assert.deepEqual(keys, []);
});

test('a cancelled attempt stops training within one heartbeat and says so', async () => {
	const { queue } = memoryQueue(['trl_1']);
	const { ledger, writes } = memoryLedger({ heartbeat: async () => 'cancel' });
	const { ctx, clock, shutdown } = contextOf({ queue, ledger, trainer: endlessTrainer });
	const loop = runLoop(ctx);
	await clock.advance(15_000);
	assert.deepEqual(writes, ['trl_1 cancelled']);
	shutdown.request('test');
	await ended(loop, clock);
});

test('the first signal gives a training trial back at once and takes no other', async () => {
	const { queue, state } = memoryQueue(['trl_1', 'trl_2']);
	const { ledger, writes } = memoryLedger();
	await runUntil({ queue, ledger, trainer: endlessTrainer }, () => state.received === 1);
	assert.deepEqual(writes, ['trl_1 release']);
	assert.equal(state.received, 1);
});

test('a trial whose training has ended is stored, not given back, when the store answers within the grace', async () => {
	const { queue } = memoryQueue(['trl_1']);
	const { ledger, writes } = memoryLedger();
	const { ctx, clock, shutdown } = contextOf({ queue, ledger });
	const { artifacts } = memoryArtifacts(async ({ key, name, contentType }) => {
		shutdown.request('test');
		await clock.sleep(3_000);
		return { key, name, contentType, sizeBytes: 1, sha256: 'a'.repeat(64) };
	});
	const loop = runLoop({ ...ctx, artifacts });
	await ended(loop, clock);
	assert.equal(writes.at(-1), 'trl_1 finish history.json');
});

test('a trial whose store does not answer within the grace is given back', async () => {
	const { queue } = memoryQueue(['trl_1']);
	const { ledger, writes } = memoryLedger();
	const { ctx, clock, shutdown } = contextOf({ queue, ledger });
	const { artifacts } = memoryArtifacts(async () => {
		shutdown.request('test');
		throw new Error('connection refused');
	});
	const loop = runLoop({ ...ctx, artifacts });
	await ended(loop, clock);
	assert.equal(writes.at(-1), 'trl_1 release');
});

test('a crash, a refused file and a refused epoch each fail the attempt with their class', async () => {
	const crash = memoryTrainer(async () => ({ type: 'crashed', reason: 'out_of_memory', message: 'out of memory' }));
	const refuse = async () => {
		throw new PermanentError('no such bucket');
	};
	const cases: [Partial<LoopContext>, Parameters<typeof memoryLedger>[0], string][] = [
		[{ trainer: crash }, {}, 'out_of_memory'],
		[{ artifacts: memoryArtifacts(refuse).artifacts }, {}, 'infrastructure'],
		[{}, { recordEpoch: refuse }, 'infrastructure'],
		[{ workDir: '/nowhere' }, {}, 'infrastructure'],
	];
	for (const [parts, verbs, reason] of cases) {
		const { ledger, writes } = memoryLedger(verbs);
		const { queue } = memoryQueue(['trl_1']);
		await runUntil({ queue, ledger, ...parts }, () => writes.some((line) => line.includes('fail')));
		assert.equal(writes.at(-1), `trl_1 fail ${reason}`);
		assert.ok(!writes.some((line) => line.includes('finish')));
	}
});

test('an outage of the queue ends nothing: the worker asks again', async () => {
	const { queue } = memoryQueue(['trl_1']);
	let outages = 3;
	const flaky: LoopContext['queue'] = {
		...queue,
		receive: async (options) => {
			if (outages-- > 0) throw new Error('connection refused');
			return queue.receive(options);
		},
	};
	const { ledger, writes } = memoryLedger();
	await runUntil({ queue: flaky, ledger }, () => writes.length === 4);
});

test('a draining worker leaves after its idle time, and not before its trial has ended', async () => {
	const { queue } = memoryQueue(['trl_1']);
	const { ledger, writes } = memoryLedger();
	const trainer = memoryTrainer(async ({ assignment }) => finishedOf(assignment));
	const { ctx, clock } = contextOf({ ledger, trainer, idleExitSeconds: 90 });
	const waits: number[] = [];
	const slow: LoopContext['queue'] = {
		...queue,
		receive: async (options) => {
			waits.push(options.waitSeconds);
			const delivery = await queue.receive(options);
			if (delivery === null) await clock.sleep(options.waitSeconds * 1000);
			return delivery;
		},
	};
	const loop = runLoop({ ...ctx, queue: slow });
	await clock.advance(89_000);
	assert.deepEqual(waits, [20, 20, 20, 20, 20, 10]);
	await ended(loop, clock);
	assert.deepEqual(writes, ['trl_1 finish history.json']);
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { CheckpointRecord } from '@basin/core/contracts/worker-protocol.ts';
import { type AttemptContext, type AttemptEnd, runAttempt } from './attempt.ts';
import { PermanentError, type Trainer } from './ports.ts';
import { createShutdown } from './shutdown.ts';
import { createManualClock } from './testing/manual-clock.ts';
import {
	assignmentOf,
	finishedOf,
	memoryArtifacts,
	memoryLedger,
	memoryTrainer,
	metricsOf,
	quietLog,
} from './testing/memory-ports.ts';

const workDir = mkdtempSync(join(tmpdir(), 'basin-attempt-'));
after(() => rmSync(workDir, { recursive: true, force: true }));

/** Of attempt 1; `a…a` is the hash of whatever the store in memory has. */
const recordOf = (epoch: number, sha256 = 'a'.repeat(64)): CheckpointRecord => ({
	epoch,
	key: `checkpoints/swp_1/trl_1/1/epoch-${epoch}.safetensors`,
	sizeBytes: 1,
	sha256,
});
const fileOf = (epoch: number) => ({ epoch, path: `/tmp/epoch-${epoch}` });

type Parts = Partial<AttemptContext> & { checkpoints?: CheckpointRecord[]; attemptNo?: number };

function start({ checkpoints = [], attemptNo = 1, ...parts }: Parts) {
	const clock = createManualClock();
	const shutdown = createShutdown({ onForce: () => assert.fail('forced'), now: clock.now, log: quietLog });
	const ctx: AttemptContext = {
		ledger: memoryLedger().ledger,
		artifacts: memoryArtifacts().artifacts,
		trainer: memoryTrainer(),
		lease: { heartbeatSeconds: 15, leaseSeconds: 60 },
		workDir,
		releaseGraceSeconds: 4,
		shutdown,
		clock,
		log: quietLog,
		...parts,
	};
	const assignment = { ...assignmentOf('trl_1', attemptNo), checkpoints };
	const running = runAttempt({ ctx, assignment, claimedAt: clock.now() });
	/** Moves time on until the attempt has ended, at most five minutes. */
	const end = async (): Promise<AttemptEnd> => {
		let known: AttemptEnd | undefined;
		void running.then((value) => {
			known = value;
		});
		for (let turn = 0; turn < 600 && known === undefined; turn++) await clock.advance(500);
		assert.ok(known, 'the attempt did not end');
		return known;
	};
	return { clock, shutdown, end };
}

/** Trains an epoch, writes a checkpoint of it, waits for `until`, trains a second one and finishes. */
function trainerWithCheckpoint(until: Promise<unknown>): Trainer {
	return memoryTrainer(async ({ assignment, onEpoch, onCheckpoint }) => {
		onEpoch(metricsOf(1));
		onCheckpoint(fileOf(1));
		onEpoch(metricsOf(2));
		await until;
		return finishedOf(assignment);
	});
}

const isCheckpoint = (key: string) => key.startsWith('checkpoints/');

test('a checkpoint is recorded when its object is complete, and no epoch waits for that', async () => {
	const stored = Promise.withResolvers<void>();
	const trained = Promise.withResolvers<void>();
	const { ledger, writes } = memoryLedger();
	const { artifacts, removed } = memoryArtifacts(async ({ key, name, contentType }) => {
		if (isCheckpoint(key)) await stored.promise;
		return { key, name, contentType, sizeBytes: 1, sha256: 'a'.repeat(64) };
	});
	const { clock, end } = start({ ledger, artifacts, trainer: trainerWithCheckpoint(trained.promise) });
	await clock.advance(1_000);
	assert.deepEqual(writes, ['trl_1 epoch 1', 'trl_1 epoch 2']);
	stored.resolve();
	await clock.advance(1_000);
	assert.deepEqual(writes.slice(2), ['trl_1 checkpoint 1']);
	trained.resolve();
	assert.equal(await end(), 'succeeded');
	assert.deepEqual(removed, [recordOf(1).key], 'a trial that has ended needs no checkpoint');
});

test('a checkpoint waits for its epochs: the database hears of no epoch after it', async () => {
	const known = Promise.withResolvers<void>();
	const { ledger: sure, writes } = memoryLedger();
	const ledger: typeof sure = {
		...sure,
		recordEpoch: async (input) => {
			await known.promise;
			return sure.recordEpoch(input);
		},
	};
	const { clock, end } = start({ ledger, trainer: trainerWithCheckpoint(known.promise) });
	await clock.advance(1_000);
	assert.equal(writes.length, 0);
	known.resolve();
	assert.equal(await end(), 'succeeded');
	assert.ok(writes.indexOf('trl_1 checkpoint 1') > writes.indexOf('trl_1 epoch 1'), writes.join());
});

test('while the store is away training goes on, and the newest checkpoint is the one that is sent after it', async () => {
	let away = true;
	const { ledger, writes } = memoryLedger();
	const { artifacts } = memoryArtifacts(async ({ key, name, contentType }) => {
		if (away) throw new Error('connection refused');
		return { key, name, contentType, sizeBytes: 1, sha256: 'a'.repeat(64) };
	});
	const proceed = Promise.withResolvers<void>();
	const trainer = memoryTrainer(async ({ assignment, onEpoch, onCheckpoint }) => {
		for (const epoch of [1, 2, 3]) {
			onEpoch(metricsOf(epoch));
			onCheckpoint(fileOf(epoch));
		}
		await proceed.promise;
		return finishedOf(assignment);
	});
	const { clock, end } = start({ ledger, artifacts, trainer });
	await clock.advance(30_000);
	assert.deepEqual(writes, ['trl_1 epoch 1', 'trl_1 epoch 2', 'trl_1 epoch 3']);
	away = false;
	await clock.advance(10_000);
	assert.deepEqual(writes.slice(3), ['trl_1 checkpoint 3']);
	proceed.resolve();
	assert.equal(await end(), 'succeeded');
});

test('a checkpoint that the store or the database refuses costs the trial nothing', async () => {
	const refuse = async () => {
		throw new PermanentError('no');
	};
	for (const parts of [
		{ put: refuse, verbs: {} },
		{ put: undefined, verbs: { recordCheckpoint: refuse } },
	]) {
		const { ledger, writes } = memoryLedger(parts.verbs);
		const { artifacts } = memoryArtifacts((input) =>
			isCheckpoint(input.key) && parts.put ? parts.put() : Promise.resolve(undefined as never),
		);
		const { end } = start({ ledger, artifacts, trainer: trainerWithCheckpoint(Promise.resolve()) });
		assert.equal(await end(), 'succeeded');
		assert.equal(writes.at(-1), 'trl_1 finish history.json');
	}
});

test('objects that are superseded are removed, also those of the attempt before', async () => {
	const { ledger, writes } = memoryLedger({ recordCheckpoint: async () => [recordOf(1).key] });
	const { artifacts, removed } = memoryArtifacts();
	const proceed = Promise.withResolvers<void>();
	const trainer = memoryTrainer(async ({ assignment, onStart, onEpoch, onCheckpoint }) => {
		onStart({ epoch: 2, refused: [] });
		onEpoch(metricsOf(3));
		onCheckpoint(fileOf(3));
		await proceed.promise;
		return finishedOf(assignment);
	});
	const { clock, end } = start({ ledger, artifacts, trainer, attemptNo: 2, checkpoints: [recordOf(2), recordOf(1)] });
	await clock.advance(1_000);
	assert.deepEqual(removed, [recordOf(1).key]);
	proceed.resolve();
	assert.equal(await end(), 'succeeded');
	assert.deepEqual(writes.slice(0, 2), ['trl_1 resume 2', 'trl_1 epoch 3'], 'where it goes on is written first');
	assert.deepEqual(removed.slice(1), ['checkpoints/swp_1/trl_1/2/epoch-3.safetensors']);
});

test('a fenced attempt whose checkpoint is refused stops, and removes nothing that another may go on from', async () => {
	const { ledger, writes } = memoryLedger({ recordCheckpoint: async () => null });
	const { artifacts, keys, removed } = memoryArtifacts();
	const trainer = memoryTrainer(async ({ signal, onEpoch, onCheckpoint }) => {
		onEpoch(metricsOf(1));
		onCheckpoint(fileOf(1));
		await once(signal, 'abort');
		return { type: 'stopped' };
	});
	const { end } = start({ ledger, artifacts, trainer });
	assert.equal(await end(), 'fenced');
	assert.deepEqual(writes, ['trl_1 epoch 1']);
	assert.deepEqual([keys, removed], [[recordOf(1).key], []]);
});

test('checkpoints whose hash is wrong or that are gone are not trained from, and the attempt says so', async () => {
	const notes: unknown[] = [];
	const { ledger } = memoryLedger({
		resume: async ({ epoch, note }) => {
			notes.push(epoch, note);
			return true;
		},
	});
	const { artifacts } = memoryArtifacts();
	const offered: number[][] = [];
	const trainer = memoryTrainer(async ({ assignment, checkpoints, onStart }) => {
		offered.push(checkpoints.map(({ epoch }) => epoch));
		onStart({
			epoch: 0,
			refused: checkpoints.map(() => 'The checkpoint of epoch 1 cannot be used: it is of another training.'),
		});
		return finishedOf(assignment);
	});
	const checkpoints = [recordOf(3, 'b'.repeat(64)), recordOf(2), recordOf(1)];
	const fetch: typeof artifacts.fetch = async ({ key }) => (key === recordOf(2).key ? null : 'a'.repeat(64));
	const { end } = start({ ledger, artifacts: { ...artifacts, fetch }, trainer, attemptNo: 2, checkpoints });
	assert.equal(await end(), 'succeeded');
	assert.deepEqual(offered, [[1]]);
	assert.equal(notes[0], 0);
	assert.match(
		notes[1] as string,
		/epoch 3 .* damaged.* epoch 2 .* no longer in the bucket.* epoch 1 .* another training/,
	);
});

test('the lease is renewed while a checkpoint is fetched, and an outage of the store is waited for', async () => {
	let beats = 0;
	const { ledger } = memoryLedger({
		heartbeat: async () => {
			beats++;
			return 'continue';
		},
	});
	const { artifacts } = memoryArtifacts();
	let outages = 40;
	const fetch: typeof artifacts.fetch = async () => {
		if (outages-- > 0) throw new Error('connection refused');
		return 'a'.repeat(64);
	};
	const { end } = start({ ledger, artifacts: { ...artifacts, fetch }, attemptNo: 2, checkpoints: [recordOf(1)] });
	assert.equal(await end(), 'succeeded');
	assert.ok(beats >= 4, `${beats} heartbeats`);
});

/** Trains epoch after epoch, one a second unless told, until it is wanted back. */
function obedientTrainer(clock: () => ReturnType<typeof createManualClock>, epochMs = 1_000): Trainer {
	return memoryTrainer(async ({ signal, release, onEpoch, onCheckpoint }) => {
		for (let epoch = 1; !signal.aborted; epoch++) {
			await clock().sleep(epochMs, signal);
			if (signal.aborted) break;
			onEpoch(metricsOf(epoch));
			if (!release.aborted) continue;
			onCheckpoint(fileOf(epoch));
			return { type: 'released' };
		}
		return { type: 'stopped' };
	});
}

test('a worker that is told to stop stores a checkpoint of the epoch that it is in, then gives the trial back', async () => {
	const { ledger, writes } = memoryLedger();
	const { artifacts, removed } = memoryArtifacts();
	const attempt = start({ ledger, artifacts, trainer: obedientTrainer(() => attempt.clock) });
	await attempt.clock.advance(1_500);
	attempt.shutdown.request('test');
	assert.equal(await attempt.end(), 'release');
	assert.deepEqual(writes, ['trl_1 epoch 1', 'trl_1 epoch 2', 'trl_1 checkpoint 2', 'trl_1 release']);
	assert.deepEqual(removed, [], 'the next attempt goes on from it');
});

test('a paused sweep’s trial stores a checkpoint and is given back', async () => {
	const { ledger, writes } = memoryLedger({ heartbeat: async () => 'release' });
	const attempt = start({ ledger, trainer: obedientTrainer(() => attempt.clock) });
	assert.equal(await attempt.end(), 'release');
	assert.match(writes.slice(-2).join(), /^trl_1 checkpoint 1[56],trl_1 release$/);
});

test('a pause waits for an epoch that is longer than the grace of a shutdown, and loses nothing of it', async () => {
	const { ledger, writes } = memoryLedger({ heartbeat: async () => 'release' });
	const attempt = start({ ledger, trainer: obedientTrainer(() => attempt.clock, 60_000) });
	assert.equal(await attempt.end(), 'release');
	assert.deepEqual(writes.slice(-3), ['trl_1 epoch 1', 'trl_1 checkpoint 1', 'trl_1 release']);
});

test('an epoch, or an upload, that is longer than the grace does not keep the worker: the trial is given back as it is', async () => {
	const endless = memoryTrainer(async ({ signal }) => {
		await once(signal, 'abort');
		return { type: 'stopped' };
	});
	const { artifacts: away } = memoryArtifacts(async () => {
		throw new Error('connection refused');
	});
	for (const parts of [{ trainer: endless }, { artifacts: away }]) {
		const { ledger, writes } = memoryLedger();
		const attempt = start({ ledger, trainer: obedientTrainer(() => attempt.clock), ...parts });
		await attempt.clock.advance(1_500);
		const askedAt = attempt.clock.now();
		attempt.shutdown.request('test');
		assert.equal(await attempt.end(), 'release');
		assert.equal(writes.at(-1), 'trl_1 release');
		assert.ok(!writes.some((line) => line.includes('checkpoint')));
		assert.ok(attempt.clock.now() - askedAt <= 5_000);
	}
});

test('after a crash of the trainer a checkpoint that is on its way is stored before the attempt fails', async () => {
	const { ledger, writes } = memoryLedger();
	const clocks: ReturnType<typeof createManualClock>[] = [];
	const { artifacts, removed } = memoryArtifacts(async ({ key, name, contentType }) => {
		await clocks[0]!.sleep(10_000);
		return { key, name, contentType, sizeBytes: 1, sha256: 'a'.repeat(64) };
	});
	const trainer = memoryTrainer(async ({ onEpoch, onCheckpoint }) => {
		onEpoch(metricsOf(1));
		onCheckpoint(fileOf(1));
		return { type: 'crashed', reason: 'infrastructure', message: 'killed' };
	});
	const { clock, end } = start({ ledger, artifacts, trainer });
	clocks.push(clock);
	assert.equal(await end(), 'failed');
	assert.deepEqual(writes, ['trl_1 epoch 1', 'trl_1 checkpoint 1', 'trl_1 fail infrastructure']);
	assert.deepEqual(removed, [], 'it is tried again');
});

test('a trial that is not tried again leaves no checkpoint of any attempt, but takes none from an attempt of a new budget', async () => {
	const over = [recordOf(1).key, 'checkpoints/swp_1/trl_1/2/epoch-2.safetensors'];
	const { artifacts, removed } = memoryArtifacts(undefined, [
		...over,
		'checkpoints/swp_1/trl_1/10/epoch-1.safetensors',
	]);
	const trainer = memoryTrainer(async ({ assignment: { trialId, attemptNo } }) => ({
		type: 'failed',
		trialId,
		attemptNo,
		reason: 'diverged',
		message: 'NaN',
		device: null,
		files: [],
	}));
	const { end } = start({ artifacts, trainer, attemptNo: 2, checkpoints: [recordOf(1)] });
	assert.equal(await end(), 'failed');
	const cancelled = start({
		artifacts,
		ledger: memoryLedger({ heartbeat: async () => 'cancel' }).ledger,
		trainer: obedientTrainer(() => cancelled.clock),
		attemptNo: 2,
		checkpoints: [recordOf(2)],
	});
	assert.equal(await cancelled.end(), 'cancel');
	assert.deepEqual(removed, [...over, ...over]);
});

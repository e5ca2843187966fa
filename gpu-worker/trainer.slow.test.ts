import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { TrainerEvent } from '@basin/core/contracts/worker-protocol.ts';
import { readSettings } from './trainer.ts';

const opened: { child: ChildProcess; folder: string }[] = [];
afterEach(async () => {
	for (const { child, folder } of opened.splice(0)) {
		child.kill('SIGKILL');
		await rm(folder, { recursive: true });
	}
});

async function open() {
	const child = fork(join(import.meta.dirname, 'trainer.ts'), ['--slots', '2'], {
		stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
	});
	const folder = await mkdtemp(join(tmpdir(), 'basin-trainer-'));
	opened.push({ child, folder });
	const events: TrainerEvent[] = [];
	child.on('message', (message) => events.push(TrainerEvent.parse(message)));
	const seen = async <T extends TrainerEvent['type']>(type: T, count = 1) => {
		const found = () => events.filter((event): event is Extract<TrainerEvent, { type: T }> => event.type === type);
		while (found().length < count) await once(child, 'message', { signal: AbortSignal.timeout(20_000) });
		return found().at(-1)!;
	};
	const train = (trialId: string, batchSize: number, { engine = 'onnx', epochs = 2, checkpoints = [] }: More = {}) => {
		const assignment = {
			trialId,
			sweepId: 'sweep-1',
			attemptNo: 4,
			configuration: { batchSize, eta: 0.1, lambda: 0 },
			seed: 0,
			dataset: { name: 'mnist', validation: 'test', splitSeed: 0 },
			model: { preset: 'softmax', initializer: 'glorotUniform' },
			epochs,
			engine,
			checkpoints: [],
			leaseExpiresAt: '2026-01-31T12:00:00.000Z',
		};
		child.send({ type: 'train', assignment, checkpoints, outputDir: folder });
	};
	return { child, folder, events, seen, train };
}

type More = { engine?: string; epochs?: number; checkpoints?: { epoch: number; path: string }[] };

const closed = (child: ChildProcess) => once(child, 'exit', { signal: AbortSignal.timeout(20_000) });

test('a trainer says what it runs on, trains what it is sent in turn, and stays usable after a failure', async () => {
	const { child, folder, events, seen, train } = await open();
	const { device, engines } = await seen('ready');
	assert.deepEqual(engines, ['onnx', 'tensorflow']);
	assert.equal(device.slots, 2);
	assert.equal(device.threads, 1);
	train('too-large', 60_001);
	train('first', 2000);
	train('second', 3000);
	const finished = await seen('finished', 2);
	assert.deepEqual(
		events.map((event) => ('trialId' in event ? `${event.type} ${event.trialId} ${event.attemptNo}` : event.type)),
		[
			'ready',
			'failed too-large 4',
			'started first 4',
			'epoch first 4',
			'epoch first 4',
			'finished first 4',
			'started second 4',
			'epoch second 4',
			'epoch second 4',
			'finished second 4',
		],
	);
	const failed = await seen('failed');
	assert.equal(failed.reason, 'bad_config');
	assert.match(failed.message, /60001.*60000/);
	assert.deepEqual(
		finished.files.map(({ path }) => path).sort(),
		(await readdir(folder)).map((name) => join(folder, name)).sort(),
	);
	assert.equal(finished.result.loadSeconds < 0.01, true, 'the data set stays in memory');
	child.send({ type: 'exit' });
	assert.deepEqual(await closed(child), [0, null]);
});

test('a trial is trained by the engine that it asks for, says so, and comes to the same numbers', async () => {
	const { events, seen, train } = await open();
	await seen('ready');
	train('eager', 2000, { engine: 'tensorflow' });
	const { device } = await seen('finished');
	train('compiled', 2000);
	const other = (await seen('finished', 2)).device;
	assert.deepEqual([device.engine, other.engine], ['tensorflow', 'onnx']);
	assert.notEqual(device.key, other.key);
	assert.equal(device.label, `${other.label}, tensorflow on ${device.provider}`);
	const lossesOf = (id: string) =>
		events.flatMap((event) => (event.type === 'epoch' && event.trialId === id ? [event.metrics.valLoss!] : []));
	for (const [epoch, loss] of lossesOf('eager').entries()) {
		assert.ok(Math.abs(loss / lossesOf('compiled')[epoch]! - 1) < 1e-4, `epoch ${epoch + 1}: ${loss}`);
	}
});

test('a trial that is wanted back ends at its next epoch with a checkpoint, from which it goes on; others are not concerned', async () => {
	const { child, events, seen, train } = await open();
	await seen('ready');
	train('wanted', 2000, { epochs: 500 });
	await seen('epoch');
	child.send({ type: 'release', trialId: 'another', attemptNo: 4 });
	child.send({ type: 'release', trialId: 'wanted', attemptNo: 3 });
	const heard = events.length;
	while (events.length < heard + 3) await once(child, 'message', { signal: AbortSignal.timeout(20_000) });
	assert.ok(
		events.every(({ type }) => ['ready', 'started', 'epoch'].includes(type)),
		'it was not meant',
	);

	child.send({ type: 'release', trialId: 'wanted', attemptNo: 4 });
	await seen('released');
	const { epoch, path } = await seen('checkpoint');
	assert.equal(events.filter(({ type }) => type === 'epoch').length, epoch);
	train('again', 2000, { epochs: epoch + 1, checkpoints: [{ epoch, path }] });
	const { refused } = await seen('started', 2);
	assert.match(refused[0]!, /another training/, 'the number of epochs is part of a training');
	assert.equal((await seen('started', 2)).epoch, 0);
});

test('a trainer whose worker is gone ends', async () => {
	const { child, seen, train } = await open();
	await seen('ready');
	train('abandoned', 2000);
	await seen('epoch');
	child.disconnect();
	assert.deepEqual(await closed(child), [0, null]);
});

test('a message of another version ends the trainer with code 2 and a sentence', async () => {
	const { child, seen } = await open();
	await seen('ready');
	let errors = '';
	child.stderr!.on('data', (chunk) => {
		errors += chunk;
	});
	child.send({ type: 'fly' });
	assert.deepEqual(await closed(child), [2, null]);
	assert.match(errors, /a message that it does not know/);
});

test('an interrupt from the terminal leaves the trainer to its worker', async () => {
	const { child, seen, train } = await open();
	await seen('ready');
	child.kill('SIGINT');
	train('after', 2000);
	assert.equal((await seen('finished')).trialId, 'after');
});

test('settings are whole numbers of at least 1, seconds, and a provider', () => {
	const usual = { threads: 1, slots: 1, 'checkpoint-seconds': 60, datasets: '.basin/datasets', provider: 'cpu' };
	assert.deepEqual(readSettings([]), usual);
	const given = ['--threads', '4', '--datasets', '/d', '--checkpoint-seconds', '0.5'];
	assert.deepEqual(readSettings(given), { ...usual, threads: 4, datasets: '/d', 'checkpoint-seconds': 0.5 });
	assert.throws(() => readSettings(['--provider', 'gpu']));
	assert.throws(() => readSettings(['--threads', '0']));
	assert.throws(() => readSettings(['--checkpoint-seconds', '0']));
	assert.throws(() => readSettings(['--cores', '2']));
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { assignmentOf, quietLog, undisturbedTraining } from './testing/memory-ports.ts';
import { createTrainer } from './trainer-process.ts';

const script = new URL('./testing/scripted-trainer.ts', import.meta.url);

function trainerUnderTest(context: TestContext, behaviour: string, progressTimeoutMs = 30_000) {
	const pids: number[] = [];
	const trainer = createTrainer({
		script,
		args: [behaviour],
		env: { NODE_OPTIONS: '--max-old-space-size=40' },
		progressTimeoutMs,
		readyTimeoutMs: behaviour === 'never-ready' ? 500 : 30_000,
		log: {
			...quietLog,
			info: (message, fields) => {
				if (message === 'trainer started') pids.push(fields?.trainerPid as number);
			},
		},
	});
	context.after(() => trainer.close());
	return { trainer, pids };
}

function training(trialId = 'trl_1') {
	const stop = new AbortController();
	const epochs: number[] = [];
	const started = Promise.withResolvers<void>();
	const input = {
		...undisturbedTraining,
		assignment: assignmentOf(trialId),
		outputDir: '/tmp',
		signal: stop.signal,
		onEpoch: ({ epoch }: { epoch: number }) => {
			epochs.push(epoch);
			started.resolve();
		},
	};
	return { input, epochs, stop, started: started.promise };
}

/** A process that has ended but that nobody has waited for (a zombie, in a container without an init) is not alive. */
function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch (error) {
		return (error as NodeJS.ErrnoException).syscall === 'open' && existsSync('/proc/self') === false;
	}
}

async function untilDead(pid: number): Promise<void> {
	for (const deadline = Date.now() + 10_000; isAlive(pid); await delay(20)) {
		assert.ok(Date.now() < deadline, `process ${pid} lives on`);
	}
}

test('one process trains trial after trial, and each epoch arrives before the end', async (context) => {
	const { trainer, pids } = trainerUnderTest(context, 'finish');
	for (const trialId of ['trl_1', 'trl_2', 'trl_3']) {
		const { input, epochs } = training(trialId);
		const outcome = await trainer.train(input);
		assert.equal(outcome.type, 'finished');
		assert.deepEqual(epochs, [1]);
	}
	assert.equal(pids.length, 1);
});

test('a trainer that exits is an unknown failure with its last words, and the next trial gets a new process', async (context) => {
	const { trainer, pids } = trainerUnderTest(context, 'exit');
	const { input, epochs } = training();
	const message = 'The trainer process exited with code 3. Its last words: the device went away';
	assert.deepEqual(await trainer.train(input), { type: 'crashed', reason: 'unknown', message });
	assert.deepEqual(epochs, [1], 'what it said before its end is not lost');
	await trainer.ready();
	assert.equal(pids.length, 2);
	assert.equal(isAlive(pids[0]!), false);
});

test('a trainer that crashes is an unknown failure', async (context) => {
	const { trainer } = trainerUnderTest(context, 'abort');
	const outcome = await trainer.train(training().input);
	assert.ok(outcome.type === 'crashed' && outcome.reason === 'unknown', JSON.stringify(outcome));
	assert.match(outcome.message, /SIGABRT/);
});

test('a trainer killed from outside in mid-epoch is an infrastructure failure', async (context) => {
	const { trainer, pids } = trainerUnderTest(context, 'hang');
	const { input, started } = training();
	const outcome = trainer.train(input);
	await started;
	process.kill(pids[0]!, 'SIGKILL');
	const failure = await outcome;
	assert.ok(failure.type === 'crashed' && failure.reason === 'infrastructure', JSON.stringify(failure));
	assert.match(failure.message, /SIGKILL/);
});

test('a trainer that used up its memory is out of memory, not infrastructure', async (context) => {
	const { trainer } = trainerUnderTest(context, 'exhaust');
	const outcome = await trainer.train(training().input);
	assert.ok(outcome.type === 'crashed' && outcome.reason === 'out_of_memory', JSON.stringify(outcome));
});

test('a stop ends a process that is busy and does not listen', async (context) => {
	const { trainer, pids } = trainerUnderTest(context, 'hang');
	const { input, stop, started } = training();
	const outcome = trainer.train(input);
	await started;
	stop.abort();
	assert.deepEqual(await outcome, { type: 'stopped' });
	assert.equal(isAlive(pids[0]!), false);
});

test('a trainer that makes no progress is killed and called a timeout', async (context) => {
	const { trainer, pids } = trainerUnderTest(context, 'hang', 300);
	const outcome = await trainer.train(training().input);
	assert.ok(outcome.type === 'crashed' && outcome.reason === 'timeout', JSON.stringify(outcome));
	assert.equal(isAlive(pids[0]!), false);
});

test('a message that is not of the protocol ends the trainer', async (context) => {
	const { trainer } = trainerUnderTest(context, 'babble');
	const outcome = await trainer.train(training().input);
	assert.ok(outcome.type === 'crashed' && /does not know/.test(outcome.message), JSON.stringify(outcome));
});

for (const behaviour of ['die', 'never-ready']) {
	test(`a trainer that does not start (${behaviour}) is said so, and fails no silent way`, async (context) => {
		const { trainer, pids } = trainerUnderTest(context, behaviour);
		await assert.rejects(trainer.ready(), /The trainer did not start/);
		await untilDead(pids[0]!);
	});
}

test('a trainer in mid-epoch dies with its worker', async (context) => {
	const worker = spawn(process.execPath, [new URL('./testing/doomed-worker.ts', import.meta.url).pathname], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	context.after(() => worker.kill('SIGKILL'));
	const lines: string[] = [];
	for await (const line of createInterface(worker.stdout)) {
		lines.push(line);
		if (line === 'training') break;
	}
	const trainerPid = Number(lines[0]);
	assert.ok(isAlive(trainerPid));
	worker.kill('SIGKILL');
	await once(worker, 'exit');
	await untilDead(trainerPid);
});

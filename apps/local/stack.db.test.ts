import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createClient } from '@basin/client';
import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { waitFor } from '../../tests/support/wait.ts';
import { isAlive } from '../../tests/support/worker-cloud.ts';

const script = new URL('./bin/start.mjs', import.meta.url).pathname;
const onLinux = { skip: process.platform === 'linux' ? false : 'reads /proc' };

type Running = { process: ChildProcess; pid: number; output: () => string; url: string };

// As mkdtemp makes it, only its owner may enter: as root, the database's user has to be helped through.
const home = mkdtempSync(join(tmpdir(), 'basin-stack-'));
/** The stack that the tests share, so that the database is made once; a test may leave none. */
let current: Running | null = null;

after(async () => {
	if (current !== null && current.process.exitCode === null) {
		current.process.kill('SIGTERM');
		await once(current.process, 'exit');
	}
	rmSync(home, { recursive: true, force: true });
});

function spawnStack(): { child: ChildProcess; output: () => string } {
	const { DATABASE_URL: _, BASIN_TEST_DATABASE_URL: __, ...inherited } = process.env;
	const short = { BASIN_HEARTBEAT_SECONDS: '1', BASIN_LEASE_SECONDS: '4' };
	const child = spawn(process.execPath, [script], {
		env: { ...inherited, ...short, PORT: '0', BASIN_HOME: home, BASIN_WORKERS: '1' },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let text = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (chunk: string) => {
			text += chunk;
		});
	}
	return { child, output: () => text };
}

async function start(): Promise<Running> {
	const { child, output } = spawnStack();
	const address = () => /listens on (http:\S+)/.exec(output())?.[1];
	await waitFor('the stack to listen', 60_000, () => address() !== undefined || child.exitCode !== null);
	const url = address();
	if (url === undefined) throw new Error(`It did not start:\n${output()}`);
	current = { process: child, pid: child.pid!, output, url };
	return current;
}

async function runningStack(): Promise<Running> {
	return current?.process.exitCode === null && current.process.signalCode === null ? current : start();
}

/** Every process below, over process groups and sessions. */
function descendantsOf(pid: number): number[] {
	const parents = readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map((name) => [Number(name), parentOf(name)] as const);
	const found = [pid];
	for (const one of found) found.push(...parents.filter(([, parent]) => parent === one).map(([child]) => child));
	return found.slice(1);
}

function parentOf(pid: string): number | null {
	try {
		return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
	} catch {
		return null;
	}
}

function socketsOf(pid: number): string[] {
	try {
		return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
			try {
				return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
			} catch {
				return [];
			}
		});
	} catch {
		return [];
	}
}

function untilGone(pids: number[], deadlineMs = 15_000): Promise<void> {
	return waitFor(`processes ${pids} to be gone`, deadlineMs, () => !pids.some(isAlive));
}

const long: SweepSpecInput = {
	name: 'long',
	dataset: { name: 'mnist', validation: 'test' },
	model: { preset: 'mlp', hidden: [256] },
	grid: { batchSize: [32], eta: [0.05] },
	epochs: 4,
};

/** Submits a sweep of one trial and waits for its first epoch. */
async function submitAndTrain({ url }: Running, spec = long): Promise<string> {
	const client = createClient({ baseUrl: url });
	const { id } = await client.createSweep(spec);
	await waitFor('an epoch', 60_000, async () => (await client.getSweep(id)).progress.epochsDone > 0);
	return id;
}

async function untilCompleted({ url }: Running, id: string): Promise<void> {
	const client = createClient({ baseUrl: url });
	await waitFor('the sweep to complete', 90_000, async () => (await client.getSweep(id)).state === 'completed');
}

function postgresPid(): number {
	return Number(readFileSync(join(home, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

test('nothing listens on an address that another machine can reach', onLinux, async () => {
	const { pid } = await runningStack();
	const inodes = new Set([pid, ...descendantsOf(pid)].flatMap(socketsOf));
	const listening = ['tcp', 'tcp6'].flatMap((table) =>
		readFileSync(`/proc/net/${table}`, 'utf8')
			.split('\n')
			.map((line) => line.trim().split(/\s+/))
			.filter((fields) => fields[3] === '0A' && inodes.has(fields[9]!))
			.map((fields) => fields[1]!.split(':')[0]),
	);
	assert.equal(listening.length, 3, 'the API, the database, and queue with objects');
	assert.deepEqual(new Set(listening), new Set(['0100007F']), '127.0.0.1 as /proc writes it');
});

test('a second start on the same data is refused in one sentence, and the first is unharmed', async () => {
	const first = await runningStack();
	const { child, output } = spawnStack();
	const [code] = await once(child, 'exit');
	assert.equal(code, 1);
	assert.match(output(), new RegExp(`Basin already runs on ${home} \\(process ${first.pid}, ${first.url}\\)`));
	assert.equal((await fetch(`${first.url}/readyz`)).status, 200);
});

test(
	'after kill -9 of the supervisor all its processes end, and the next start finishes what ran',
	onLinux,
	async () => {
		const first = await runningStack();
		const id = await submitAndTrain(first);
		const family = descendantsOf(first.pid);
		assert.ok(family.length >= 4, 'services, database, worker and trainer');
		first.process.kill('SIGKILL');
		const second = await start();
		await untilGone(family);
		await untilCompleted(second, id);
	},
);

test(
	'after kill -9 of the supervisor the worker still stores a checkpoint, from which the next start goes on',
	onLinux,
	async () => {
		const first = await runningStack();
		const shortEpochs = { ...long, model: { preset: 'mlp', hidden: [16] }, grid: { batchSize: [200], eta: [0.05] } };
		const id = await submitAndTrain(first, { ...shortEpochs, epochs: 200 } as SweepSpecInput);
		const family = descendantsOf(first.pid);
		first.process.kill('SIGKILL');
		await untilGone(family);
		const client = createClient({ baseUrl: (await start()).url });
		const [trial] = (await client.listTrials(id)).items;
		const attempts = async () => (await client.getTrial(trial!.id)).attempts;
		await waitFor('the second attempt to begin', 60_000, async () => (await attempts())[1]?.resumedEpoch != null);
		const [given, goesOn] = await attempts();
		assert.equal(given!.outcome, 'released');
		assert.ok(goesOn!.resumedEpoch! > 0, 'checkpoints are a minute apart, so this one was the last');
		await client.cancelSweep(id);
	},
);

test(
	'a database that outlived everything that knew it is stopped by the next start, which loses nothing',
	onLinux,
	async () => {
		const first = await runningStack();
		const id = await submitAndTrain(first);
		const database = postgresPid();
		const services = parentOf(String(database))!;
		first.process.kill('SIGKILL');
		process.kill(services, 'SIGKILL');
		await once(first.process, 'exit');
		assert.ok(isAlive(database), 'the database is an orphan now');
		const second = await start();
		assert.equal(isAlive(database), false);
		await untilCompleted(second, id);
	},
);

test('services that crash come back on the same ports, and the sweep goes on to its end', onLinux, async () => {
	const stack = await runningStack();
	const id = await submitAndTrain(stack);
	process.kill(parentOf(String(postgresPid()))!, 'SIGKILL');
	await waitFor('a line in the terminal', 10_000, () => /come back in/.test(stack.output()));
	await untilCompleted(stack, id);
});

test('Ctrl-C gives the running trial back and ends everything within ten seconds', onLinux, async () => {
	const stack = await runningStack();
	await submitAndTrain(stack);
	const family = descendantsOf(stack.pid);
	const askedAt = performance.now();
	stack.process.kill('SIGINT');
	stack.process.kill('SIGINT');
	const [code] = await once(stack.process, 'exit');
	assert.equal(code, 0, 'npm forwards the signal that the terminal has sent already: that is one Ctrl-C, not two');
	assert.ok(performance.now() - askedAt < 10_000);
	assert.deepEqual(family.filter(isAlive), []);
	const ended = readFileSync(join(home, 'logs', 'worker-1.log'), 'utf8')
		.split('\n')
		.findLast((line) => /attempt ended/.test(line));
	assert.equal((JSON.parse(ended!) as { end: string }).end, 'release');
});

test('a second Ctrl-C stops at once, and the data stay whole', onLinux, async () => {
	const stack = await runningStack();
	const id = await submitAndTrain(stack);
	const family = descendantsOf(stack.pid);
	// The worker cannot give its trial back while it is stopped, so the first Ctrl-C would take its full time.
	const worker = JSON.parse(readFileSync(join(home, 'logs', 'worker-1.log'), 'utf8').split('\n')[0]!) as {
		trainerPid: number;
	};
	process.kill(parentOf(String(worker.trainerPid))!, 'SIGSTOP');
	stack.process.kill('SIGINT');
	await waitFor('the first to be seen', 5_000, () => /Stopping: running trials/.test(stack.output()));
	const askedAt = performance.now();
	const { process: supervisor } = stack;
	await waitFor('the second to end it', 6_000, () => !supervisor.kill('SIGINT') || supervisor.exitCode !== null, 200);
	assert.equal(supervisor.exitCode, 1);
	assert.ok(performance.now() - askedAt < 5_000);
	await untilGone(family);
	await untilCompleted(await start(), id);
});

/**
 * `npm run demo:kill`: shows, on an embedded cloud of its own, that a trial whose worker is killed in mid-epoch runs again within
 * the lease, goes on from its checkpoint and comes to the same numbers, and that a stalled worker's late writes change nothing.
 * Exit code 1 when one of these is not so.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@basin/client';
import { readEnv } from '@basin/core/contracts/env.ts';
import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { recordCheckpoint } from '@basin/db/trials/record-checkpoint.ts';
import { recordEpoch } from '@basin/db/trials/record-epoch.ts';
import { releaseTrial } from '@basin/db/trials/release.ts';
import { sentenceOf } from '@basin/gpu-worker/log.ts';
import { type Stack, startStack } from '../stack.ts';
import { type DemoWorker, startWorker, until } from './worker.ts';

const settings = {
	PORT: '0',
	BASIN_WORKERS: '0',
	BASIN_TICK_SECONDS: '0.2',
	BASIN_HEARTBEAT_SECONDS: '1',
	BASIN_LEASE_SECONDS: '3',
	BASIN_CHECKPOINT_SECONDS: '0.2',
};
/** The lease; then back-off (up to 2 s after a first failure); then reconciler, relay and queue. */
const boundSeconds = 3 + 2 + 3;

const spec: SweepSpecInput = {
	name: 'demo:kill',
	dataset: { name: 'spirals' },
	model: { preset: 'mlp', hidden: [768, 512] },
	grid: { batchSize: [100], eta: [0.05], lambda: [0.9] },
	epochs: 15,
};

let broken = 0;
const say = (line = '') => process.stdout.write(`${line}\n`);
function claim(holds: boolean, sentence: string): void {
	if (!holds) broken++;
	say(`   ${holds ? '✓' : '✗'} ${sentence}`);
}

type Client = ReturnType<typeof createClient>;
type Context = { stack: Stack; client: Client; start: (id: string) => Promise<DemoWorker> };

async function main(): Promise<void> {
	const home = await mkdtemp(join(tmpdir(), 'basin-demo-'));
	const source = { ...embeddedOnly(process.env), ...settings, BASIN_HOME: home };
	const workers: DemoWorker[] = [];
	let stack: Stack | null = null;
	try {
		stack = await startStack({ source, env: readEnv(source), say });
		const { environment } = stack;
		const start = async (id: string) => {
			const worker = await startWorker(id, environment);
			workers.push(worker);
			return worker;
		};
		say(`An embedded cloud in ${home}: a lease of 3 s, a checkpoint every 0.2 s.\n`);
		await demonstrate({ stack, client: createClient({ baseUrl: stack.url }), start });
	} finally {
		for (const worker of workers) await worker.kill();
		await stack?.stop();
		await rm(home, { recursive: true, force: true });
	}
	say(broken === 0 ? '\nAll of it holds.' : `\n${broken} of these do not hold.`);
}

async function demonstrate(context: Context): Promise<void> {
	const { start } = context;
	const [ada, bob] = await Promise.all([start('ada'), start('bob')]);
	say('1. A trial that nothing disturbs');
	const undisturbed = await trainUndisturbed(context);

	say('\n2. The same trial, whose worker is killed with SIGKILL in mid-epoch');
	const survivor = await killAndTakeOver(context, [ada, bob], undisturbed);

	say('\n3. The same trial, whose worker stalls (SIGSTOP) for longer than its lease, and wakes (SIGCONT)');
	await stallAndWake(context, [survivor, await start('eve')], undisturbed);
}

/** What a trial comes to, but its times. */
async function numbersOf(client: Client, trialId: string) {
	const { result } = await client.getTrial(trialId);
	const { items } = await client.listArtifacts(trialId);
	const weights = items.find(({ name }) => name === 'weights.safetensors')?.sha256;
	const untimed = Object.entries(result ?? {}).filter(
		([name]) => !name.endsWith('Seconds') && !name.endsWith('Median'),
	);
	return { ...Object.fromEntries(untimed), weights } as { valAccuracy: number; finalValLoss: number; weights: string };
}
type Numbers = Awaited<ReturnType<typeof numbersOf>>;

const describe = ({ valAccuracy, finalValLoss, weights }: Numbers) =>
	`accuracy ${(valAccuracy * 100).toFixed(2)} %, final loss ${finalValLoss.toPrecision(8)}, weights ${weights.slice(0, 12)}…`;

async function submit(client: Client): Promise<string> {
	const sweep = await client.createSweep(spec);
	const { items } = await client.listTrials(sweep.id);
	return items[0]!.id;
}

async function untilSucceeded(client: Client, trialId: string): Promise<void> {
	await until(`trial ${trialId} to succeed`, async () => (await client.getTrial(trialId)).state === 'succeeded');
}

async function trainUndisturbed({ client }: Context): Promise<Numbers> {
	const trialId = await submit(client);
	await untilSucceeded(client, trialId);
	const numbers = await numbersOf(client, trialId);
	say(`   ${spec.epochs} epochs: ${describe(numbers)}`);
	return numbers;
}

/** Submits the trial and waits until the worker that takes it has stored a checkpoint of its third epoch or a later one. */
async function untilCheckpoint({ client }: Context, workers: [DemoWorker, DemoWorker]) {
	const trialId = await submit(client);
	await until('a worker to take the trial', async () => (await client.getTrial(trialId)).attemptNo === 1);
	const { attempts } = await client.getTrial(trialId);
	const [first, second] = attempts[0]?.workerId === workers[0].id ? workers : ([workers[1], workers[0]] as const);
	const { epoch } = await first.logged(
		'a checkpoint is stored',
		(line) => line.message === 'checkpoint stored' && line.trialId === trialId && Number(line.epoch) >= 3,
	);
	say(`   ${first.id} trains it, and has stored a checkpoint of epoch ${epoch}.`);
	return { trialId, first, second };
}

async function killAndTakeOver(
	context: Context,
	workers: [DemoWorker, DemoWorker],
	undisturbed: Numbers,
): Promise<DemoWorker> {
	const { client } = context;
	const { trialId, first, second } = await untilCheckpoint(context, workers);
	const killedAt = performance.now();
	await first.kill();
	const { epochsDone } = await client.getTrial(trialId);
	say(`   kill -9 ${first.process.pid}: ${first.id} is gone, in epoch ${epochsDone + 1}.`);
	const { attempts } = await untilTakenOver(client, trialId);
	const seconds = (performance.now() - killedAt) / 1000;
	claim(attempts[0]?.outcome === 'lost', 'The attempt of the killed worker is noted as lost.');
	claim(
		seconds <= boundSeconds,
		`${second.id} runs it again after ${seconds.toFixed(1)} s (at most ${boundSeconds} s).`,
	);
	await untilSucceeded(client, trialId);
	await claimSame(client, trialId, undisturbed);
	return second;
}

async function untilTakenOver(client: Client, trialId: string) {
	await until('the second attempt', async () => (await client.getTrial(trialId)).attemptNo === 2);
	return client.getTrial(trialId);
}

async function claimSame(client: Client, trialId: string, undisturbed: Numbers): Promise<void> {
	const { attempts } = await client.getTrial(trialId);
	const from = attempts[1]?.resumedEpoch ?? 0;
	claim(from >= 3, `The second attempt went on from the checkpoint of epoch ${from}.`);
	const { items } = await client.listMetrics(trialId);
	const epochs = items.map(({ epoch }) => epoch).join();
	const whole = Array.from({ length: spec.epochs! }, (_, index) => index + 1).join();
	claim(epochs === whole, `Its curve has each of the ${spec.epochs} epochs once.`);
	const numbers = await numbersOf(client, trialId);
	const isSame = JSON.stringify(numbers) === JSON.stringify(undisturbed);
	claim(isSame, `The same numbers, bit for bit: ${describe(numbers)}`);
}

async function stallAndWake(context: Context, workers: [DemoWorker, DemoWorker], undisturbed: Numbers): Promise<void> {
	const { stack, client } = context;
	const { trialId, first, second } = await untilCheckpoint(context, workers);
	first.process.kill('SIGSTOP');
	say(`   kill -STOP ${first.process.pid}: ${first.id} neither works nor knows that time passes.`);
	await untilTakenOver(client, trialId);
	say(`   ${second.id} has it now, as attempt 2.`);
	await claimRefused(stack, trialId);
	first.process.kill('SIGCONT');
	const { end } = await first.logged(
		'its attempt has ended',
		(line) => line.message === 'attempt ended' && line.trialId === trialId,
	);
	claim(
		end === 'fenced',
		`kill -CONT: ${first.id} wakes, is told that its lease is gone (${end}), and writes nothing.`,
	);
	await untilSucceeded(client, trialId);
	await claimSame(client, trialId, undisturbed);
	const { attempts } = await client.getTrial(trialId);
	claim(attempts.map(({ outcome }) => outcome).join() === 'lost,succeeded', 'One attempt was lost, one succeeded.');
}

/** Whatever the first attempt's worker may still send, said here in its name. */
async function claimRefused({ api: { db } }: Stack, trialId: string): Promise<void> {
	const attempt = { db, trialId, attemptNo: 1 };
	const metrics = { epoch: 1, updates: 1, trainLoss: 0, trainAccuracy: 1, valLoss: 0, valAccuracy: 1 };
	const times = { epochSeconds: 0, validationSeconds: 0 };
	const checkpoint = { epoch: 1, key: 'late', sizeBytes: 1, sha256: '0'.repeat(64) };
	const failure = { reason: 'unknown' as const, message: 'late', device: null, artifacts: [] };
	const answers = {
		epoch: await recordEpoch({ ...attempt, metrics: { ...metrics, ...times } }),
		checkpoint: await recordCheckpoint({ ...attempt, checkpoint }),
		failure: await failTrial({ ...attempt, ...failure }),
		release: await releaseTrial(attempt),
		result: await finishTrial({ ...attempt, result: perfectResult, device: demoDevice, artifacts: [] }),
	};
	for (const [what, answer] of Object.entries(answers)) {
		claim(answer === false || answer === null, `A late ${what} of attempt 1 is refused.`);
	}
}

const demoDevice = {
	key: 'nowhere',
	label: 'nowhere',
	engine: 'onnx' as const,
	provider: 'cpu',
	processor: 'none',
	threads: 1,
	slots: 1,
	versions: {},
};
const perfectResult = {
	...{ valAccuracy: 1, bestEpoch: 1, finalValAccuracy: 1, finalValLoss: 0, finalTrainAccuracy: 1, finalTrainLoss: 0 },
	...{ testAccuracy: 1, epochSecondsMedian: 0, updateSecondsMedian: 0, epochs: 1, updates: 1, trainSeconds: 0 },
	...{ validationSeconds: 0, loadSeconds: 0, compileSeconds: 0, artifactSeconds: 0 },
};

/** The environment without the user's own database, queue and bucket. */
function embeddedOnly(source: Record<string, string | undefined>): Record<string, string | undefined> {
	const isOurs = (name: string) => /^(BASIN_|AWS_)/.test(name) || name === 'DATABASE_URL';
	return Object.fromEntries(Object.entries(source).filter(([name]) => !isOurs(name)));
}

main().then(
	() => process.exit(broken === 0 ? 0 : 1),
	(error: unknown) => {
		console.error(sentenceOf(error));
		process.exit(1);
	},
);

/**
 * The trainer process: trains one trial at a time, so that heartbeats in the worker never wait for it.
 *
 * Start: `fork(trainerPath, ['--threads', '1', '--slots', '2'])` with the default (JSON) serialization. It reads no environment.
 * - `--threads`: threads of one `run()` (default 1). `--slots`: trainers that share this machine (default 1); recorded in the device.
 * - `--checkpoint-seconds`: a checkpoint is written at the end of the first epoch after so long (default 60).
 * - `--datasets`: folder where data sets are looked for and kept once fetched (default `.basin/datasets`).
 * - `--provider`: where the engine `onnx` computes (default `cpu`); `--accelerator`: the GPU's name, for the device.
 * Talk: `TrainerCommand` in, `TrainerEvent` out (core/contracts/worker-protocol.ts).
 * - `ready` once, first. Then each `train` ends in exactly one `finished`, `failed` or `released`, after its `started`, `epoch`
 *   and `checkpoint` events. A checkpoint's file stays until the second one after it, or the end of the trial's `outputDir`.
 * - `release` asks for a checkpoint at the end of this epoch, and then for `released`.
 * - A `train` that arrives during another waits its turn. `outputDir` must exist and be empty; files are complete when the event arrives.
 * - `failed.reason` is `diverged`, `bad_config`, `out_of_memory`, `infrastructure` or `unknown`; the process stays usable after each.
 *   A message that it cannot parse ends the process with code 2: the two sides were built apart. An engine that broke for want of
 *   memory ends it with code 4 in place of an event.
 * Stop: `exit`, or disconnect; both are noticed between epochs. To cancel at once, kill it (SIGTERM or SIGKILL). SIGINT is ignored, because a terminal sends it to the whole group and the worker decides.
 */
import { parseArgs } from 'node:util';
import type { Device } from '@basin/core/contracts/device.ts';
import { ProviderName } from '@basin/core/contracts/env.ts';
import type { EpochMetrics } from '@basin/core/contracts/training.ts';
import { TrainerCommand, type TrainerEvent } from '@basin/core/contracts/worker-protocol.ts';
import { z } from 'zod';
import type { Durability } from './checkpoints/durability.ts';
import { createDatasetLoader, type LoadDataset } from './datasets/load.ts';
import { createEnginePool, type EnginePool } from './engine-pool.ts';
import { EngineBroken } from './engines/port.ts';
import { readGitCommit } from './git-commit.ts';
import { fetchNpmPackage } from './npm-package.ts';
import type { AttemptRef } from './ports.ts';
import { runTrial } from './run-trial.ts';
import { engineBrokenCode } from './trainer-exit.ts';
import { describeFailure } from './trial-failure.ts';

const Settings = z.object({
	threads: z.coerce.number().int().min(1).default(1),
	slots: z.coerce.number().int().min(1).default(1),
	'checkpoint-seconds': z.coerce.number().positive().default(60),
	datasets: z.string().default('.basin/datasets'),
	provider: ProviderName.default('cpu'),
	accelerator: z.string().optional(),
});
export type TrainerSettings = z.infer<typeof Settings>;

/** @throws when an option is unknown or is not a whole number of at least 1 */
export function readSettings(argv: string[]): TrainerSettings {
	const option = { type: 'string' } as const;
	const names = { threads: option, slots: option, 'checkpoint-seconds': option };
	const options = { ...names, datasets: option, provider: option, accelerator: option };
	const { values } = parseArgs({ args: argv, options });
	return Settings.parse(values);
}

type TrainCommand = Extract<TrainerCommand, { type: 'train' }>;

interface Trainer {
	engines: EnginePool;
	gitCommit: string | null;
	loadDataset: LoadDataset;
	checkpointSeconds: number;
	/** The attempt that was last told to be released; compared when an epoch has ended. */
	released: AttemptRef | null;
}

/** Answers commands until the channel closes. */
async function main(): Promise<void> {
	const settings = readSettings(process.argv.slice(2));
	const engines = createEnginePool(settings);
	const { device } = await openFirst(engines);
	const trainer: Trainer = {
		engines,
		gitCommit: readGitCommit(),
		loadDataset: createDatasetLoader({ folder: settings.datasets, fetchPackage: fetchNpmPackage }),
		checkpointSeconds: settings['checkpoint-seconds'],
		released: null,
	};
	process.on('SIGINT', () => {});
	process.on('disconnect', () => process.exit(0));
	let turn = send({ type: 'ready', device, engines: [...engines.names] });
	process.on('message', (message) => {
		const parsed = TrainerCommand.safeParse(message);
		if (!parsed.success) {
			console.error(`The trainer got a message that it does not know: ${z.prettifyError(parsed.error)}`);
			process.exit(2);
		}
		const command = parsed.data;
		if (command.type === 'exit') process.exit(0);
		if (command.type === 'release') trainer.released = command;
		else turn = turn.then(() => train(trainer, command));
	});
	await turn;
}

/** The last line on stderr is what the worker reports, so it has to be the sentence and not a stack. */
async function openFirst(engines: EnginePool) {
	try {
		return await engines.open('auto');
	} catch (error) {
		console.error(describeFailure(error).message);
		return process.exit(1);
	}
}

async function train(trainer: Trainer, { assignment, checkpoints, outputDir }: TrainCommand): Promise<void> {
	const { trialId, attemptNo } = assignment;
	const ref = { trialId, attemptNo };
	let device: Device | null = null;
	const onEpoch = (metrics: EpochMetrics) => send({ type: 'epoch', ...ref, metrics });
	const durability: Durability = {
		checkpoints,
		checkpointSeconds: trainer.checkpointSeconds,
		isReleased: async () => {
			await messagesRead();
			return trainer.released?.trialId === trialId && trainer.released.attemptNo === attemptNo;
		},
		onStart: (start) => send({ type: 'started', ...ref, ...start }),
		onCheckpoint: (file) => send({ type: 'checkpoint', ...ref, ...file }),
	};
	try {
		const opened = await trainer.engines.open(assignment.engine);
		device = opened.device;
		const outcome = await runTrial(assignment, { ...trainer, ...opened, outputDir, onEpoch, durability });
		await send(outcome.type === 'released' ? { ...outcome, ...ref } : { ...outcome, ...ref, device });
	} catch (error) {
		// Its exit is the answer: after a `failed` the worker would hand the next trial to a process that is ending.
		if (error instanceof EngineBroken) {
			console.error(error.message);
			process.exit(engineBrokenCode);
		}
		await send({ type: 'failed', ...ref, ...describeFailure(error), device, files: [] });
	}
}

/** What arrived while an epoch blocked this process is read within two turns of its event loop. */
async function messagesRead(): Promise<void> {
	for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves when the event is on its way, so that an epoch is seen before the next one blocks this process. */
function send(event: TrainerEvent): Promise<void> {
	return new Promise((resolve) => {
		// A closed channel means that nobody waits for the answer any more.
		process.send!(event, undefined, {}, (error) => (error ? process.exit(0) : resolve()));
	});
}

if (import.meta.main) await main();

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type TrainerCommand, TrainerEvent } from '@basin/core/contracts/worker-protocol.ts';
import { sentenceOf } from './log.ts';
import { inTime } from './patience.ts';
import type { Failure, Log, Trainer, TrainingOutcome } from './ports.ts';
import { failureOfExit, outOfMemoryKills } from './trainer-exit.ts';

export type TrainerProcessSettings = {
	/** The trainer's main module, and its options. */
	script: string | URL;
	args: string[];
	/** The trainer needs no secrets: pass an environment without them. */
	env: Record<string, string | undefined>;
	/** Longest silence while a trial trains; then the process is taken for hung and killed. */
	progressTimeoutMs: number;
	readyTimeoutMs?: number;
	log: Log;
};

type ReadyEvent = Extract<TrainerEvent, { type: 'ready' }>;
type ProgressEvent = Extract<TrainerEvent, { type: 'started' | 'epoch' | 'checkpoint' }>;
type Running = {
	process: ChildProcess;
	ready: Promise<ReadyEvent>;
	/** Why it ended; known after its last message has been read. */
	ended: Promise<Failure>;
	listen(listener: (event: TrainerEvent) => void): void;
};

const parentWatch = new URL('./parent-watch.ts', import.meta.url).href;
const stderrTailLength = 4_096;

/** A trainer in a process of its own. It stays warm between trials, and is started again after a crash, a stop or a hang. */
export function createTrainer(settings: TrainerProcessSettings): Trainer {
	let running: Running | null = null;

	const start = (): Running => {
		const started = startProcess(settings);
		running = started;
		void started.ended.then(() => {
			if (running === started) running = null;
		});
		return started;
	};

	const kill = async (process: Running) => {
		process.process.kill('SIGKILL');
		await process.ended;
	};

	const ready = async (): Promise<ReadyEvent> => {
		const process = running ?? start();
		try {
			return await inTime(process.ready, settings.readyTimeoutMs ?? 60_000);
		} catch (error) {
			await kill(process);
			throw new Error(`The trainer did not start: ${sentenceOf(error)}`, { cause: error });
		}
	};

	const train: Trainer['train'] = async (input) => {
		const { signal, release } = input;
		const { trialId, attemptNo } = input.assignment;
		try {
			await ready();
		} catch (error) {
			return { type: 'crashed', reason: 'infrastructure', message: sentenceOf(error) };
		}
		const process = running;
		if (signal.aborted || process === null) return { type: 'stopped' };

		let watchdog: NodeJS.Timeout | undefined;
		const ended = new AbortController();
		const outcome = await new Promise<TrainingOutcome>((resolve) => {
			const expectProgress = () => {
				clearTimeout(watchdog);
				watchdog = setTimeout(() => resolve(hung(settings.progressTimeoutMs)), settings.progressTimeoutMs);
			};
			signal.addEventListener('abort', () => resolve({ type: 'stopped' }), { once: true });
			void process.ended.then((failure) => resolve({ type: 'crashed', ...failure }));
			process.listen((event) => {
				if (event.type === 'ready' || event.trialId !== trialId || event.attemptNo !== attemptNo) return;
				expectProgress();
				if (!tell(input, event)) resolve(event);
			});
			expectProgress();
			const { assignment, checkpoints, outputDir } = input;
			send(process.process, { type: 'train', assignment, checkpoints, outputDir });
			const askForRelease = () => send(process.process, { type: 'release', trialId, attemptNo });
			if (release.aborted) askForRelease();
			else release.addEventListener('abort', askForRelease, { once: true, signal: ended.signal });
		});
		clearTimeout(watchdog);
		ended.abort();
		if (outcome.type === 'stopped' || outcome.type === 'crashed') await kill(process);
		return outcome;
	};

	return {
		ready,
		train,
		close: async () => {
			if (running !== null) await kill(running);
		},
	};
}

/** Passes on what happens on the way; false for the event that ends the trial. */
function tell(
	{ onStart, onEpoch, onCheckpoint }: Parameters<Trainer['train']>[0],
	event: Exclude<TrainerEvent, ReadyEvent>,
): event is ProgressEvent {
	if (event.type === 'started') onStart(event);
	else if (event.type === 'epoch') onEpoch(event.metrics);
	else if (event.type === 'checkpoint') onCheckpoint(event);
	else return false;
	return true;
}

function startProcess({ script, args, env, log }: TrainerProcessSettings): Running {
	const killsBefore = outOfMemoryKills();
	// A process group of its own: Ctrl-C in a terminal reaches the worker, which decides what becomes of the trial.
	const child = fork(script, args, {
		execArgv: ['--import', parentWatch],
		env: env as NodeJS.ProcessEnv,
		stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
		detached: true,
	});
	log.info('trainer started', { trainerPid: child.pid });

	let stderrTail = '';
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		stderrTail = (stderrTail + text).slice(-stderrTailLength);
	});

	let listener: (event: TrainerEvent) => void = () => undefined;
	const { promise: ready, resolve: becomeReady, reject: failToStart } = Promise.withResolvers<ReadyEvent>();
	child.on('message', (message) => {
		const event = TrainerEvent.safeParse(message);
		if (!event.success) {
			stderrTail += `\nThe trainer sent a message that the worker does not know: ${event.error.issues[0]?.message}`;
			child.kill('SIGTERM');
		} else if (event.data.type === 'ready') becomeReady(event.data);
		else listener(event.data);
	});

	const ended = endOf(child).then(([code, signal]) => {
		const exit = { code, signal, stderrTail, outOfMemoryKill: outOfMemoryKills() > killsBefore };
		log.info('trainer ended', { trainerPid: child.pid, code, signal });
		const failure = failureOfExit(exit);
		failToStart(new Error(failure.message));
		return failure;
	});
	ready.catch(() => undefined);
	return { process: child, ready, ended, listen: (next) => (listener = next) };
}

/** Exit code and signal, after stderr and the message channel have been read to their ends: `exit` alone may come before them. */
async function endOf(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
	const disconnected = child.connected ? once(child, 'disconnect') : Promise.resolve();
	const closed = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
		child.once('close', (code, signal) => resolve([code, signal]));
		child.once('error', () => resolve([null, null]));
	});
	const exit = await closed;
	await disconnected;
	return exit;
}

function send(child: ChildProcess, command: TrainerCommand): void {
	// A failed send means that the process is going; its end is reported by `ended`.
	if (child.connected) child.send(command, () => undefined);
}

function hung(progressTimeoutMs: number): TrainingOutcome {
	const message = `No epoch ended within ${progressTimeoutMs / 1000} s, so the trainer was taken for hung and killed.`;
	return { type: 'crashed', reason: 'timeout', message };
}

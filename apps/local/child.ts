import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export type ChildSettings = {
	/** For messages, such as `worker 1`. */
	name: string;
	script: URL;
	env: Record<string, string | undefined>;
	/** stdout and stderr go here. */
	logFile: string;
	/** Called with each new process, before it has said anything. */
	onStart: (child: ChildProcess) => void;
	/** Called when it has ended without being told to, before it is started again. */
	onCrash: (how: string, againInSeconds: number) => void;
};

export type Child = {
	/** Ends it for good: SIGTERM, and SIGKILL when that takes longer than `patienceMs`. */
	stop(patienceMs: number): Promise<void>;
	/** Ends it for good, at once. */
	kill(): void;
};

const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** A process that has lived so long has started well: the next crash is a first one. */
const healthyMs = 60_000;

/** Keeps a process running: starts it again with growing pauses when it ends by itself. */
export function keepRunning(settings: ChildSettings): Child {
	const ending = new AbortController();
	let current = startChild(settings);

	const watch = async () => {
		for (let crashes = 0; ; ) {
			const startedAt = performance.now();
			const [code, signal] = await ended(current);
			if (ending.signal.aborted) return;
			crashes = performance.now() - startedAt > healthyMs ? 1 : crashes + 1;
			const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (crashes - 1));
			settings.onCrash(signal === null ? `exited with code ${code}` : `was ended by ${signal}`, pauseMs / 1000);
			await delay(pauseMs, undefined, { signal: ending.signal }).catch(() => undefined);
			if (ending.signal.aborted) return;
			current = startChild(settings);
		}
	};
	const watched = watch();

	return {
		stop: async (patienceMs) => {
			ending.abort();
			current.kill('SIGTERM');
			const tooLong = setTimeout(() => current.kill('SIGKILL'), patienceMs);
			await watched;
			clearTimeout(tooLong);
		},
		kill: () => {
			ending.abort();
			current.kill('SIGKILL');
		},
	};
}

/** A process group of its own: Ctrl-C reaches the supervisor alone, which ends its children in order. */
function startChild({ script, env, logFile, onStart }: ChildSettings): ChildProcess {
	const log = openSync(logFile, 'a', 0o600);
	const child = fork(script, {
		env: env as NodeJS.ProcessEnv,
		execArgv: ['--disable-warning=ExperimentalWarning'],
		stdio: ['ignore', log, log, 'ipc'],
		detached: true,
	});
	closeSync(log);
	onStart(child);
	return child;
}

async function ended(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
	if (child.exitCode !== null || child.signalCode !== null) return [child.exitCode, child.signalCode];
	return (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { workerEnvironment } from '../settings.ts';

const script = fileURLToPath(new URL('../../../gpu-worker/main.ts', import.meta.url));
const Line = z.looseObject({ message: z.string() });
export type LogLine = z.infer<typeof Line>;

/** A worker process of its own, and what it logs. */
export type DemoWorker = {
	id: string;
	process: ChildProcess;
	/** Waits for a line that `isIt`; answers the first, also of those that have come already. @throws after a minute */
	logged(what: string, isIt: (line: LogLine) => boolean): Promise<LogLine>;
	kill(): Promise<void>;
};

/** Starts a worker of the stack whose `environment` is given, and waits until it is ready for a trial. */
export async function startWorker(id: string, environment: Record<string, string | undefined>): Promise<DemoWorker> {
	const child = spawn(process.execPath, [script], {
		env: workerEnvironment(environment, id) as NodeJS.ProcessEnv,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const ended = once(child, 'exit');
	const lines: LogLine[] = [];
	createInterface(child.stdout).on('line', (text) => lines.push(Line.parse(JSON.parse(text))));
	const worker: DemoWorker = {
		id,
		process: child,
		logged: async (what, isIt) => {
			await until(`${id} to say: ${what}`, async () => lines.some(isIt));
			return lines.find(isIt)!;
		},
		kill: async () => {
			child.kill('SIGKILL');
			await ended;
		},
	};
	await worker.logged('ready', ({ message }) => message === 'worker ready');
	return worker;
}

/** Waits for a condition. @throws Error that names it, after a minute */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
	for (const deadline = performance.now() + 60_000; !(await condition()); await delay(20)) {
		if (performance.now() > deadline) throw new Error(`Waited a minute in vain for ${what}.`);
	}
}

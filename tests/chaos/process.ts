import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';

/** A program that is started again whenever it ends, as a service manager would. */
export type Kept = {
	/** Sends a signal to the process that runs now; false: none runs. */
	signal(name: NodeJS.Signals): boolean;
	/** How often it was started. */
	starts(): number;
	/** Its last lines, for a report. */
	output(): string;
	/** Kills it for good. */
	end(): Promise<void>;
};

const tailLength = 4_000;

export function keepRunning(input: { script: string; env: Record<string, string> }): Kept {
	let child: ChildProcess | null = null;
	let starts = 0;
	let ending = false;
	let tail = '';

	const start = () => {
		starts++;
		const started = spawn(process.execPath, [input.script], {
			env: { ...process.env, ...input.env },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		child = started;
		for (const stream of [started.stdout, started.stderr]) {
			stream.setEncoding('utf8').on('data', (text: string) => {
				tail = (tail + text).slice(-tailLength);
			});
		}
		started.once('exit', () => {
			child = null;
			if (!ending) start();
		});
	};
	start();

	return {
		signal: (name) => child?.kill(name) ?? false,
		starts: () => starts,
		output: () => tail,
		end: async () => {
			ending = true;
			if (child === null) return;
			const ended = once(child, 'exit');
			child.kill('SIGKILL');
			await ended;
		},
	};
}

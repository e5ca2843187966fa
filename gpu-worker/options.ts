import { parseArgs } from 'node:util';

export type WorkerOptions = {
	/** Ends the worker after this long without a trial; null: never. */
	idleExitSeconds: number | null;
};

const defaultIdleExitSeconds = 90;

/**
 * `--drain`: leave when there is nothing to do for `--idle-exit SECONDS` (default 90); `--idle-exit` alone means both.
 * @throws Error with one sentence
 */
export function readOptions(argv: string[]): WorkerOptions {
	const { values } = parseArgs({
		args: argv,
		options: { drain: { type: 'boolean' }, 'idle-exit': { type: 'string' } },
	});
	const given = values['idle-exit'];
	if (given === undefined) return { idleExitSeconds: values.drain ? defaultIdleExitSeconds : null };
	const idleExitSeconds = Number(given);
	if (given.trim() === '' || !Number.isFinite(idleExitSeconds) || idleExitSeconds <= 0) {
		throw new Error(`--idle-exit takes a number of seconds greater than 0, not "${given}".`);
	}
	return { idleExitSeconds };
}

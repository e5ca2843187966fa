import { causeOf, type Log } from './log.ts';

/** Runs `round` one at a time; asked for while one runs, another follows it, so that no wake is lost. */
export function createRounds(name: string, log: Log, round: () => Promise<void>) {
	let current: Promise<void> | null = null;
	let again = false;
	let stopped = false;
	let failing = false;

	async function runRounds(): Promise<void> {
		do {
			again = false;
			try {
				await round();
				if (failing) log.info(`${name} works again`);
				failing = false;
			} catch (error) {
				// An outage makes one line, not one every second.
				if (!failing) log.error(`${name} failed; trying again later`, { cause: causeOf(error) });
				failing = true;
			}
		} while (again && !failing && !stopped);
		current = null;
	}

	return {
		run() {
			if (stopped) return;
			if (current) again = true;
			else current = runRounds();
		},
		async stop() {
			stopped = true;
			await current;
		},
	};
}

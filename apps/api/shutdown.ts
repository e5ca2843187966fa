import { causeOf, type Log } from './log.ts';

const patienceMs = 10_000;

/** The first SIGINT or SIGTERM drains and ends the process within ten seconds; a second one ends it at once. */
export function onShutdown({ drain, log }: { drain: () => Promise<void>; log: Log }): void {
	let draining = false;
	const handle = (signal: NodeJS.Signals) => {
		if (draining) {
			log.warn('forced to stop', { signal });
			process.exit(1);
		}
		draining = true;
		log.info('stopping', { signal });
		setTimeout(() => {
			log.error('not stopped in time', { patienceMs });
			process.exit(1);
		}, patienceMs).unref();
		drain().then(
			() => log.info('stopped'),
			(error: unknown) => {
				log.error('stopped with an error', { cause: causeOf(error) });
				process.exitCode = 1;
			},
		);
	};
	process.on('SIGINT', handle);
	process.on('SIGTERM', handle);
}

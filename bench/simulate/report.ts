import type { RecordedTimes } from './recorded-times.ts';
import type { Outcome } from './simulate.ts';

/** Objects that a trial that ended has in the bucket (`gpu-worker/artifacts`). */
const artifactsPerTrial = 4;
const heartbeatSeconds = 15;

/** What the parts that Basin stands on have to bear, on average while the fleet works. */
export function ratesOf({ attempts, epochs, succeeded, makespanSeconds, machineSeconds, drainersStarted }: Outcome) {
	const perSecond = (count: number) => count / makespanSeconds;
	const claims = perSecond(attempts);
	const finishes = perSecond(succeeded);
	return {
		claims,
		/** Claim, epochs, end and heartbeats: each is one call of a function of the database. */
		databaseCalls: claims + perSecond(epochs) + finishes + perSecond(machineSeconds) / heartbeatSeconds,
		/** Send, receive and delete. */
		queueCalls: 3 * claims,
		objectPuts: artifactsPerTrial * finishes,
		jobs: perSecond(drainersStarted),
	};
}

export function printOutcome(input: {
	outcome: Outcome;
	price: number;
	recorded: RecordedTimes;
	maxDrainers: number;
	/** What the simulation itself took. */
	seconds: number;
}): void {
	const { outcome, price, recorded, maxDrainers, seconds } = input;
	const hours = outcome.machineSeconds / 3600;
	const rates = ratesOf(outcome);
	const lines: [string, string][] = [
		['trials', `${whole(outcome.succeeded)} succeeded, ${whole(outcome.failed)} failed`],
		['makespan', duration(outcome.makespanSeconds)],
		['utilisation', percent(outcome.usefulSeconds / outcome.machineSeconds)],
		['machine hours', `${whole(hours)}, at ${price.toFixed(2)} an hour ${whole(hours * price)}`],
		['interruptions', whole(outcome.interruptions)],
		[
			'lost work',
			`${duration(outcome.lostSeconds)} of training (${percent(outcome.lostSeconds / outcome.machineSeconds)} of machine time)`,
		],
		[
			'machines',
			`${whole(outcome.drainersStarted)} started, ${outcome.peakDrainers} of ${maxDrainers} at once at most`,
		],
		['trials waiting', `${whole(outcome.peakWaiting)} at most`],
		['claims', `${rates.claims.toFixed(1)} a second, ${whole(outcome.peakClaimsPerMinute)} in a minute at most`],
		['database', `${rates.databaseCalls.toFixed(1)} calls a second by ${outcome.peakDrainers} workers`],
		['queue', `${rates.queueCalls.toFixed(1)} calls a second`],
		['bucket', `${rates.objectPuts.toFixed(1)} objects a second`],
		['batch jobs', `${outcome.peakStarts} in ten seconds at most, ${rates.jobs.toFixed(3)} a second on average`],
	];
	console.log(`Trial times: ${recorded.trials.length} trials on ${recorded.device}, ${recorded.date.slice(0, 10)}`);
	for (const [what, value] of lines) console.log(`${what.padEnd(16)} ${value}`);
	console.log(`${'simulated in'.padEnd(16)} ${seconds.toFixed(1)} s`);
}

const whole = (value: number) => Math.round(value).toLocaleString('en');
const percent = (share: number) => `${(100 * share).toFixed(share < 0.01 ? 3 : 1)} %`;

function duration(seconds: number): string {
	if (seconds < 120) return `${seconds.toFixed(1)} s`;
	if (seconds < 7200) return `${(seconds / 60).toFixed(1)} min`;
	return `${(seconds / 3600).toFixed(1)} h`;
}

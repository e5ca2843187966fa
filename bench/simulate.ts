/**
 * Lives a fleet of GPU workers through many trials, without one: the scaler and the rules of retries, checkpoints and leases that Basin has,
 * over times that real trials took.
 * usage: npm run simulate -- [--trials 100000] [--gpus 200] [--spot-interruption 0.05] [--over-hours 0] [--epochs N] [--seed 1] [--json]
 *   --spot-interruption  share of machines that is taken back within an hour; of those, --without-notice (0.1) have no time for a checkpoint
 *   --over-hours         the trials come evenly over so long; 0: all at once
 *   --epochs             of each trial, instead of what the recorded ones had
 *   --start-seconds      from a job's submission to its worker's first trial (240); --trials-per-drainer (4), --price per machine and hour (0.50)
 *   --times FILE | --basin URL   trial times from a file (bench/results/trial-times.json), or from all trials of a running Basin
 *                        (BASIN_TOKEN, if it wants one); --record FILE writes what was read
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { scaleSeconds, submissionsAtOnce } from '@basin/api/drainers.ts';
import { readEnv } from '@basin/core/contracts/env.ts';
import { readRecordedTimes, recordTimes, repeatTimes } from './simulate/recorded-times.ts';
import { printOutcome, ratesOf } from './simulate/report.ts';
import { type Setting, simulate } from './simulate/simulate.ts';

const { values } = parseArgs({
	options: {
		trials: { type: 'string', default: '100000' },
		gpus: { type: 'string', default: '200' },
		'spot-interruption': { type: 'string', default: '0.05' },
		'without-notice': { type: 'string', default: '0.1' },
		'over-hours': { type: 'string', default: '0' },
		epochs: { type: 'string' },
		'start-seconds': { type: 'string', default: '240' },
		'trials-per-drainer': { type: 'string', default: '4' },
		price: { type: 'string', default: '0.50' },
		seed: { type: 'string', default: '1' },
		times: { type: 'string', default: join(import.meta.dirname, 'results', 'trial-times.json') },
		basin: { type: 'string' },
		record: { type: 'string' },
		json: { type: 'boolean', default: false },
	},
});

/** @throws Error with one sentence */
function numberOf(name: keyof typeof values, { min, max = Number.POSITIVE_INFINITY, whole = false }: Range): number {
	const given = Number(values[name]);
	if (given >= min && given <= max && (!whole || Number.isInteger(given))) return given;
	const kind = whole ? 'a whole number' : 'a number';
	throw new Error(`--${name} takes ${kind} from ${min}${max === Number.POSITIVE_INFINITY ? '' : ` to ${max}`}.`);
}
type Range = { min: number; max?: number; whole?: boolean };

async function main(): Promise<void> {
	// As in the image and on AWS: everything that is not set there is the default.
	const { BASIN_CHECKPOINT_SECONDS: checkpointSeconds, BASIN_LEASE_SECONDS: leaseSeconds } = readEnv({});
	const epochs = values.epochs === undefined ? undefined : numberOf('epochs', { min: 1, whole: true });
	const count = numberOf('trials', { min: 1, whole: true });
	const price = numberOf('price', { min: 0 });
	const recorded = await (values.basin === undefined
		? readRecordedTimes(values.times)
		: recordTimes(values.basin, process.env.BASIN_TOKEN));
	if (values.record !== undefined) await writeFile(values.record, `${JSON.stringify(recorded, null, '\t')}\n`);
	const setting: Setting = {
		trials: repeatTimes(recorded, count, epochs),
		arrivalSeconds: 3600 * numberOf('over-hours', { min: 0 }),
		maxDrainers: numberOf('gpus', { min: 1, whole: true }),
		trialsPerDrainer: numberOf('trials-per-drainer', { min: 1, whole: true }),
		startSeconds: numberOf('start-seconds', { min: 0 }),
		idleSeconds: 90,
		scaleSeconds,
		startsAtOnce: submissionsAtOnce,
		interruptionsPerHour: numberOf('spot-interruption', { min: 0, max: 0.999 }),
		withoutNotice: numberOf('without-notice', { min: 0, max: 1 }),
		leaseSeconds,
		rules: { checkpointSeconds, shutdownSeconds: 100 },
		seed: numberOf('seed', { min: 0, whole: true }),
	};
	const startedAt = performance.now();
	const outcome = simulate(setting);
	const seconds = (performance.now() - startedAt) / 1000;
	if (values.json) console.log(JSON.stringify({ ...outcome, rates: ratesOf(outcome) }, null, '\t'));
	else printOutcome({ outcome, price, recorded, maxDrainers: setting.maxDrainers, seconds });
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : String(error));
	process.exitCode = 1;
});

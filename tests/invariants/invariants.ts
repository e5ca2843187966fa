import { isTerminalSweep, isTerminalTrial, type TrialState } from '@basin/core/contracts/states.ts';
import { canFollow } from '@basin/core/domain/trial-state.ts';
import type { AttemptRow, SweepRows, TrialRow } from './rows.ts';

/** What one sweep's rows break of the promises, as sentences; empty when all is well. True at every moment. */
export function violationsOf(rows: SweepRows): string[] {
	return [
		...rows.trials.flatMap((trial) => violationsOfTrial(rows, trial)),
		...violationsOfSweep(rows),
		...violationsOfBoard(rows),
	];
}

/** What changed between two moments that must not: an ended trial, an attempt taken back, a step that no rule allows. */
export function violationsBetween(before: SweepRows, after: SweepRows): string[] {
	return before.trials.flatMap((old) => {
		const trial = after.trials.find(({ id }) => id === old.id);
		if (!trial) return [`${old.id} has vanished`];
		const told: string[] = [];
		if (trial.attempt_no < old.attempt_no) told.push(`${old.id} went from attempt ${old.attempt_no} back`);
		if (trial.dispatch_no < old.dispatch_no) told.push(`${old.id} went from dispatch ${old.dispatch_no} back`);
		if (trial.budget_no !== old.budget_no) {
			if (isTerminalTrial(old.state) && old.state !== 'failed')
				told.push(`${old.id} was ${old.state}, and got a new budget`);
		} else if (isTerminalTrial(old.state) && different(everythingOf(before, old), everythingOf(after, trial))) {
			told.push(`${old.id} had ended as ${old.state} and was changed`);
		} else if (old.state !== trial.state && !canReach(old.state, trial.state)) {
			told.push(`${old.id} went from ${old.state} to ${trial.state}`);
		}
		return told;
	});
}

/** What a sweep at rest must be besides: every trial ended, the sweep as well, and nothing left to send. */
export function violationsAtRest(rows: SweepRows): string[] {
	const told = rows.trials
		.filter(({ state }) => !isTerminalTrial(state))
		.map(({ id, state }) => `${id} is still ${state}`);
	if (!isTerminalSweep(rows.sweep.state)) told.push(`${rows.sweep.id} is still ${rows.sweep.state}`);
	for (const { trial_id, dispatch_no } of rows.outbox)
		told.push(`message ${dispatch_no} of ${trial_id} was never sent`);
	return told;
}

function violationsOfTrial(rows: SweepRows, trial: TrialRow): string[] {
	const { id, state, attempt_no } = trial;
	const attempts = rows.attempts.filter(({ trial_id }) => trial_id === id);
	const epochs = rows.epochs.filter(({ trial_id }) => trial_id === id);
	const results = rows.results.filter(({ trial_id }) => trial_id === id);
	const outbox = rows.outbox.filter(({ trial_id }) => trial_id === id);
	const artifacts = rows.artifacts.filter(({ trial_id }) => trial_id === id);
	const checkpoints = rows.checkpoints.filter(({ trial_id }) => trial_id === id);
	const told: string[] = [];
	const require = (holds: boolean, sentence: string) => {
		if (!holds) told.push(`${id} (${state}, attempt ${attempt_no}): ${sentence}`);
	};

	require(isCounting(
		attempts.map((attempt) => attempt.attempt_no),
	), `its attempts are ${list(attempts, 'attempt_no')}`);
	require(attempts.length === attempt_no, `it has ${attempts.length} attempts`);
	const open = attempts.filter(({ outcome }) => outcome === null);
	const last = attempts.at(-1);
	require(open.length === (state === 'running' ? 1 : 0), `${open.length} of its attempts are open`);
	require(state !== 'running' || last?.outcome === null, 'an attempt before the last is open');
	require(endsAs(state, last), `its last attempt is ${last?.outcome}`);
	const succeeded = attempts.filter(({ outcome }) => outcome === 'succeeded').length;
	require(succeeded === (state === 'succeeded' ? 1 : 0), `${succeeded} of its attempts succeeded`);
	require(results.length === succeeded, `it has ${results.length} results`);

	require(isCounting(epochs.map(({ epoch }) => epoch)), `its epochs are ${list(epochs, 'epoch')}`);
	require(isRising(
		epochs.map((epoch) => epoch.attempt_no),
	), `its epochs are of attempts ${list(epochs, 'attempt_no')}`);
	require(epochs.every((epoch) => epoch.attempt_no <= attempt_no), 'an epoch is of an attempt to come');
	const isCurrent = state === 'running' || isTerminalTrial(state);
	require(!isCurrent ||
		state === 'cancelled' ||
		epochs.length === trial.epochs_done, `${epochs.length} epochs, ${trial.epochs_done} done`);
	require(state !== 'succeeded' || epochs.length === rows.sweep.epochs, `its curve has ${epochs.length} epochs`);

	const newest = checkpoints.at(-1)?.epoch ?? 0;
	require(checkpoints.length <= (isTerminalTrial(state) ? 0 : 2), `it keeps ${checkpoints.length} checkpoints`);
	require(newest <= epochs.length, `its newest checkpoint is of epoch ${newest}, its curve has ${epochs.length}`);
	require(checkpoints.every(
		(checkpoint) => checkpoint.attempt_no <= attempt_no,
	), 'a checkpoint is of an attempt to come');
	require(state !== 'queued' ||
		trial.epochs_done === newest, `${trial.epochs_done} epochs done, checkpoint of ${newest}`);

	require(artifacts.length === 0 || state === 'succeeded' || state === 'failed', 'it has artifacts');
	require(artifacts.every((artifact) => artifact.attempt_no === attempt_no), 'an artifact is of an earlier attempt');

	require(outbox.every(({ dispatch_no }) => dispatch_no <= trial.dispatch_no), 'a message is from the future');
	const waits = state === 'pending' || state === 'queued';
	const isSent = trial.dispatched_at !== null;
	const isToBeSent = outbox.some(({ dispatch_no }) => dispatch_no === trial.dispatch_no);
	// While its sweep is paused, nobody needs to be woken.
	const isParked = rows.sweep.state === 'paused' && !isSent && !isToBeSent;
	require(!waits ||
		isParked ||
		isSent !== isToBeSent, `it waits, and its message is ${isSent ? 'sent and unsent' : 'neither sent nor unsent'}`);
	return told;
}

/** How the last attempt of a trial in this state ended. */
function endsAs(state: TrialState, last: AttemptRow | undefined): boolean {
	const outcome = last?.outcome;
	if (state === 'pending') return last === undefined;
	if (state === 'succeeded') return outcome === 'succeeded';
	if (state === 'failed') return outcome === 'failed' || outcome === 'lost';
	// A trial that waited or ran when it was cancelled: any end but a success.
	return outcome !== 'succeeded';
}

function violationsOfSweep({ sweep, trials, configurations }: SweepRows): string[] {
	const told: string[] = [];
	const require = (holds: boolean, sentence: string) => {
		if (!holds) told.push(`${sweep.id} (${sweep.state}): ${sentence}`);
	};
	require(trials.length === sweep.trials, `${trials.length} of its ${sweep.trials} trials exist`);
	const places = new Set(trials.map(({ configuration_no, seed }) => `${configuration_no}/${seed}`));
	require(places.size === trials.length, 'two trials are of one configuration and seed');
	const known = new Set(configurations.map(({ configuration_no }) => configuration_no));
	require(trials.every(({ configuration_no }) => known.has(configuration_no)), 'a trial has no configuration');

	const counts: Partial<Record<TrialState, number>> = {};
	for (const { state } of trials) counts[state] = (counts[state] ?? 0) + 1;
	const isEnded = isTerminalSweep(sweep.state);
	require(!isEnded || trials.every(({ state }) => isTerminalTrial(state)), 'a trial of it has not ended');
	require(!isEnded || !different(counts, sweep.final_counts), `its counts are ${JSON.stringify(sweep.final_counts)}`);
	require(sweep.state !== 'completed' || counts.succeeded !== undefined, 'nothing of it succeeded');
	require(sweep.state !== 'failed' || counts.succeeded === undefined, 'something of it succeeded');
	return told;
}

/** Every entry's sums are those of the results below it. */
function violationsOfBoard({ sweep, trials, results, configurations, entries }: SweepRows): string[] {
	const told: string[] = [];
	for (const { configuration_no, failed_seeds } of configurations) {
		const own = entries.filter((entry) => entry.configuration_no === configuration_no);
		const successes = results.filter((result) => result.configuration_no === configuration_no);
		const failures = trials.filter((trial) => trial.configuration_no === configuration_no && trial.state === 'failed');
		const devices = new Set(successes.map(({ device_key }) => device_key));
		const require = (holds: boolean, sentence: string) => {
			if (!holds) told.push(`${sweep.id}, configuration ${configuration_no}: ${sentence}`);
		};
		require(failed_seeds === failures.length, `${failed_seeds} seeds failed, ${failures.length} trials`);
		const failedOnly = devices.size === 0 && failures.length > 0;
		require(own.length === (failedOnly ? 1 : devices.size), `it has ${own.length} entries on ${devices.size} devices`);
		for (const entry of own) {
			const counted = successes.filter(({ device_key }) => device_key === entry.device_key);
			require(entry.succeeded === counted.length, `${entry.succeeded} seeds in its entry, ${counted.length} results`);
			const diverged = failures.some(({ reason }) => reason === 'diverged');
			require(entry.diverged === (failedOnly && diverged), `diverged is ${entry.diverged}`);
			require(isMean(
				entry.best_mean,
				counted.map((result) => result.val_accuracy),
			), `its mean is ${entry.best_mean}`);
			require(isMean(
				entry.final_mean,
				counted.map((result) => result.final_val_accuracy),
			), `its final mean is ${entry.final_mean}`);
		}
	}
	return told;
}

function everythingOf(rows: SweepRows, trial: TrialRow) {
	const own = ({ trial_id }: { trial_id: string }) => trial_id === trial.id;
	const { attempts, epochs, results, artifacts } = rows;
	return [trial, attempts.filter(own), epochs.filter(own), results.filter(own), artifacts.filter(own)];
}

/** Within one verb a trial can take several steps. */
function canReach(from: TrialState, to: TrialState, seen: readonly TrialState[] = []): boolean {
	if (canFollow(from, to)) return true;
	const next = (['queued', 'running'] as const).filter((state) => canFollow(from, state) && !seen.includes(state));
	return next.some((state) => canReach(state, to, [...seen, state]));
}

const isCounting = (numbers: number[]) => numbers.every((number, index) => number === index + 1);
const isRising = (numbers: number[]) => numbers.every((number, index) => index === 0 || number >= numbers[index - 1]!);
const list = <K extends string>(rows: Record<K, number>[], key: K) => rows.map((row) => row[key]).join(', ');

function isMean(mean: number | null, values: number[]): boolean {
	if (values.length === 0) return mean === null;
	const expected = values.reduce((sum, value) => sum + value, 0) / values.length;
	return mean !== null && Math.abs(mean - expected) < 1e-9;
}

/** Objects are compared whatever the order of their keys. */
function different(one: unknown, other: unknown): boolean {
	const sortKeys = (_: string, value: unknown) =>
		value !== null && typeof value === 'object' && !Array.isArray(value)
			? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
			: value;
	return JSON.stringify(one, sortKeys) !== JSON.stringify(other, sortKeys);
}

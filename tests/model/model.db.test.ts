import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultProject } from '@basin/core/contracts/access.ts';
import { type Db, openDatabase } from '@basin/db/client.ts';
import { createSweep } from '@basin/db/sweeps/create.ts';
import fc from 'fast-check';
import { violationsBetween, violationsOf } from '../invariants/invariants.ts';
import { readRows, type SweepRows } from '../invariants/rows.ts';
import { testDatabase } from '../support/postgres.ts';
import { sampleConfigurations, sampleSpec } from '../support/samples.ts';
import { type Model, type ModelTrial, newModel, type Start } from './model.ts';
import type { Real, Verb } from './verb.ts';
import { verbs, weights } from './verbs.ts';

const runs = Number(process.env.BASIN_MODEL_RUNS || 2_000);
const seed = Number(process.env.BASIN_MODEL_SEED || 20_261_124);
/** Runs at the same time, each series on a database of its own: relay and reconciler look at all sweeps. */
const series = 4;

type World = Real & { before: SweepRows };

/** Answers that were seen, by verb: a model that never comes to a lost lease proves nothing about lost leases. */
const seen = new Map<string, number>();
const mustBeSeen = {
	claim: [null, 1, 2],
	heartbeat: ['continue', 'release', 'cancel', 'fenced'],
	recordEpoch: [true, false],
	recordCheckpoint: [null, 0, 1],
	goOnFrom: [true, false],
	finish: [true, false],
	fail: [true, false],
	release: [true, false],
	acknowledgeCancel: [true, false],
	cancelTrial: [null, 'already_terminal', 'trial_not_found'],
	cancelSweep: [null, 'already_terminal'],
	pause: [null, 'already_terminal', 'state_conflict'],
	resume: [null, 'already_terminal', 'state_conflict'],
	stop: [null, 'already_terminal'],
	retryFailed: [0, 1, 'state_conflict'],
	retryTrial: [null, 'already_terminal', 'state_conflict', 'trial_not_found'],
	extend: [0, 1, 2],
	deleteSweep: [null, 'not_terminal'],
	relay: [0, 1, 2, 3],
} satisfies { [name in keyof typeof verbs]?: unknown[] };
const reconcilerMustHave = ['requeued', 'failed', 'redispatched', 'cancelled'];

function note(name: string, answer: unknown): void {
	const told =
		name === 'reconcile'
			? Object.entries(answer as object).flatMap(([what, count]) => (count > 0 ? what : []))
			: [answer];
	for (const each of told) {
		const key = `${name}: ${JSON.stringify(each)}`;
		seen.set(key, (seen.get(key) ?? 0) + 1);
	}
}
type Step = fc.AsyncCommand<Model, World>;

/** One verb with its input: it must answer what the model predicts, leave what the model says, and break no promise. */
function step<Input>(name: string, verb: Verb<Input>): fc.Arbitrary<Step> {
	return verb.input.map((input) => ({
		check: (model) => verb.possible?.(model, input) ?? true,
		run: async (model, world) => {
			const { rows, answer } = await performAndRead(verb, world, input, model);
			assert.deepEqual(answer, verb.predict(model, input), `${name} answers`);
			note(name, answer);
			if (rows === null) return assert.ok(model.deleted, 'the sweep is gone');
			assert.deepEqual(stateOf(rows), stateOf(model), `after ${name}`);
			assert.deepEqual([...violationsOf(rows), ...violationsBetween(world.before, rows)], [], `after ${name}`);
			world.before = rows;
		},
		toString: () => `${name}(${JSON.stringify(input)})`,
	}));
}

async function performAndRead<Input>(verb: Verb<Input>, world: World, input: Input, model: Model) {
	const answer = await verb.perform(world, input, model);
	return { answer, rows: await readRows(world.db, world.sweepId) };
}

/** What model and database must agree on, in the same words. */
function stateOf(source: Model | SweepRows) {
	return 'sweep' in source
		? { state: source.sweep.state, trials: source.trials.map((trial) => trialIn(source, trial)) }
		: { state: source.state, trials: source.trials.map(trialOf) };
}

function trialOf(trial: ModelTrial) {
	const {
		state,
		attempts,
		curve,
		checkpoints,
		unsent,
		dispatchNo,
		redispatches,
		infrastructureFailures,
		unknownFailures,
		reason,
	} = trial;
	const waits = state === 'pending' || state === 'queued';
	return {
		...{
			state,
			attempts,
			curve,
			checkpoints,
			unsent,
			dispatchNo,
			redispatches,
			infrastructureFailures,
			unknownFailures,
			reason,
		},
		isSent: waits && trial.sent !== 'no',
		isDue: !waits || trial.due,
		isLapsed: trial.leaseLapsed,
		cancel: trial.cancel !== 'no',
	};
}

function trialIn(
	{ attempts, epochs, checkpoints, outbox }: SweepRows,
	row: SweepRows['trials'][number],
): ReturnType<typeof trialOf> {
	const own = ({ trial_id }: { trial_id: string }) => trial_id === row.id;
	const now = Date.now();
	const waits = row.state === 'pending' || row.state === 'queued';
	return {
		state: row.state,
		attempts: attempts.filter(own).map(({ outcome }) => outcome),
		curve: epochs.filter(own).map(({ attempt_no }) => attempt_no),
		checkpoints: checkpoints.filter(own).map(({ epoch }) => epoch),
		unsent: outbox.filter(own).map(({ dispatch_no }) => dispatch_no),
		dispatchNo: row.dispatch_no,
		redispatches: row.redispatches,
		infrastructureFailures: row.infrastructure_failures,
		unknownFailures: row.unknown_failures,
		reason: row.reason,
		isSent: waits && row.dispatched_at !== null,
		isDue: !waits || Date.parse(row.due_at) <= now + 60_000,
		isLapsed: row.lease_expires_at !== null && Date.parse(row.lease_expires_at) < now + 60_000,
		cancel: row.cancel_requested_at !== null,
	};
}

const start: fc.Arbitrary<Start> = fc.record({
	configurations: fc.integer({ min: 1, max: 2 }),
	seeds: fc.constantFrom([0], [0, 1]),
	epochs: fc.integer({ min: 1, max: 3 }),
	maxFailedTrials: fc.option(fc.nat(1), { freq: 2 }),
	infrastructureFailures: fc.constantFrom(0, 4, 5),
	unknownFailures: fc.constantFrom(0, 1, 2),
});

/** Trials are the configurations and seeds of one sweep: both share a board's row. */
async function createReal(db: Db, start: Start): Promise<World> {
	const { epochs, seeds, maxFailedTrials, infrastructureFailures, unknownFailures } = start;
	const configurations = sampleConfigurations(start.configurations);
	const budget = { maxSeconds: 1_000, ...(maxFailedTrials === null ? {} : { maxFailedTrials }) };
	const spec = sampleSpec({ epochs, seeds, budget, configurations });
	const { sweep } = await createSweep({
		db,
		input: { projectId: defaultProject.id, spec, configurations, trainSize: 54_000 },
	});
	await db.sql`
		update trial set infrastructure_failures = ${infrastructureFailures}, unknown_failures = ${unknownFailures}
		where sweep_id = ${sweep.id}`;
	const before = (await readRows(db, sweep.id))!;
	return { db, sweepId: sweep.id, trialIds: before.trials.map(({ id }) => id), before };
}

/** What a run leaves would be the next run's work for relay and reconciler. */
async function forget({ sql }: Db, { sweepId, trialIds }: World): Promise<void> {
	await sql`
		with outbox as (delete from outbox where trial_id = any(${trialIds})),
			attempt as (delete from attempt where trial_id = any(${trialIds})),
			epoch as (delete from epoch where trial_id = any(${trialIds})),
			checkpoint as (delete from checkpoint where trial_id = any(${trialIds})),
			artifact as (delete from artifact where trial_id = any(${trialIds})),
			result as (delete from result where trial_id = any(${trialIds})),
			sweep as (delete from sweep where id = ${sweepId})
		delete from trial where sweep_id = ${sweepId}`;
}

const steps = fc.commands(
	Object.entries(verbs).flatMap(([name, verb]) => {
		const arbitrary = step(name, verb as Verb<unknown>);
		return Array.from({ length: weights[name as keyof typeof verbs] ?? 1 }, () => arbitrary);
	}),
	{ size: 'max', maxCommands: 25 },
);

test(`whatever happens in whatever order, the database does what the model says (${runs} runs, seed ${seed})`, async () => {
	const counted = { runs: 0, steps: 0 };
	const property = (db: Db) =>
		fc.asyncProperty(start, steps, async (input, commands) => {
			const world = await createReal(db, input);
			try {
				await fc.asyncModelRun(() => ({ model: newModel(input), real: world }), commands);
			} finally {
				await forget(db, world);
			}
			counted.runs++;
			counted.steps += [...commands].length;
		});
	await Promise.all(
		Array.from({ length: series }, async (_, number) => {
			const { url } = await testDatabase();
			const db = openDatabase(url, { max: 1 });
			try {
				await fc.assert(property(db), {
					numRuns: Math.ceil(runs / series),
					seed: seed + number,
					includeErrorInReport: true,
					endOnFailure: true,
				});
			} finally {
				await db.close();
			}
		}),
	);
	console.log(`model: ${counted.runs} runs, ${counted.steps} steps, seed ${seed}`);
	assert.ok(counted.runs >= runs);
	const expected = Object.entries({ ...mustBeSeen, reconcile: reconcilerMustHave }).flatMap(([name, answers]) =>
		answers.map((answer) => `${name}: ${JSON.stringify(answer)}`),
	);
	// A shorter run cannot be asked to come everywhere.
	if (runs < 2_000) return;
	assert.deepEqual(
		expected.filter((key) => !seen.has(key)),
		[],
		'something was never tried',
	);
});

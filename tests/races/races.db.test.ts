import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { isTerminalTrial } from '@basin/core/contracts/states.ts';
import type { Db } from '@basin/db/client.ts';
import { reconcile } from '@basin/db/reconcile/reconcile.ts';
import { violationsBetween, violationsOf } from '../invariants/invariants.ts';
import { readRows, type SweepRows } from '../invariants/rows.ts';
import { testDatabase } from '../support/postgres.ts';
import { holdOpen } from './hold.ts';
import { answerOf, type Racer, racers, readers, type Scene } from './racers.ts';
import { makeScene, scenes } from './scenes.ts';

/** Series of races at once, each on a database of its own: relay and reconciler look at all sweeps. */
const series = 2;
const scenesOfAPair = process.env.BASIN_RACES === 'all' ? Number.POSITIVE_INFINITY : 2;

/** `broken`: promises, in sentences. */
type State = { broken: string[] };
type Outcome = { answers: [unknown, unknown]; state: State };
type Run = { outcome: Outcome; violations: string[]; met: boolean };

/** One after the other, then what a tick makes of it. */
async function inTurn(db: Db, scene: Scene, first: Racer, second: Racer | null): Promise<Outcome> {
	const one = await answerOf(first.call(db, scene));
	const other = second && (await answerOf(second.call(db, scene)));
	return { answers: [one, other], state: await settle(db, scene) };
}

/** The first holds its transaction open until the second waits for it, or has come past it. */
async function atOnce(pools: Pools, scene: Scene, first: Racer, second: Racer): Promise<Run> {
	const before = (await readRows(pools.observer, scene.sweepId))!;
	let answer: unknown;
	const callSecond = () => answerOf(second.call(pools.second, scene)).then((told) => (answer = told));
	let one: unknown;
	let met = false;
	if (first.around) one = await answerOf(first.around(pools.first, scene, async () => void (await callSecond())));
	else
		({ answer: one, met } = await holdOpen({
			...pools,
			hold: (db) => answerOf(first.call(db, scene)),
			meanwhile: callSecond,
		}));
	const after = await readRows(pools.observer, scene.sweepId);
	const violations = after === null ? [] : [...violationsOf(after), ...violationsBetween(before, after)];
	return { outcome: { answers: [one, answer], state: await settle(pools.observer, scene) }, violations, met };
}

type Pools = { first: Db; second: Db; observer: Db };

async function settle(db: Db, { sweepId, trialIds }: Scene): Promise<State> {
	await reconcile({ db, redispatchAfterSeconds: 60 });
	const rows = await readRows(db, sweepId);
	if (rows === null) return { broken: [] };
	return { ...stateOf(rows, trialIds), broken: violationsOf(rows) };
}

/** Everything but ids and moments: of those, whether there is one, and whether it has passed. */
function stateOf(rows: SweepRows, trialIds: string[]): SweepRows {
	const names = new Map([
		[rows.sweep.id, 'the sweep'],
		...trialIds.map((id, place) => [id, `trial ${place}`] as const),
	]);
	// When a message was sent means nothing once its trial has ended.
	const trials = rows.trials.map((trial) => (isTerminalTrial(trial.state) ? { ...trial, dispatched_at: null } : trial));
	// Neither does a message that is still to be sent then: it finds nothing to claim.
	const open = new Set(trials.filter(({ state }) => !isTerminalTrial(state)).map(({ id }) => id));
	const outbox = rows.outbox.filter(({ trial_id }) => open.has(trial_id));
	return JSON.parse(JSON.stringify({ ...rows, trials, outbox }), (name, value) => {
		if (typeof value !== 'string') return value;
		if (/_at$/.test(name)) return 'a moment';
		let text = value;
		for (const [id, called] of names) text = text.replaceAll(id, called);
		return text;
	});
}

async function forget({ sql }: Db, { sweepId }: Scene): Promise<void> {
	await sql`delete from outbox`;
	await sql`delete from idempotency where key = ${`again ${sweepId}`}`;
	await sql`delete from trial`;
	await sql`delete from sweep`;
}

/** Runs `work` in a fresh scene and leaves nothing of it. */
async function inScene<T>(db: Db, name: string, work: (scene: Scene) => Promise<T>): Promise<T> {
	const scene = await makeScene(db, scenes[name]!);
	try {
		return await work(scene);
	} finally {
		await forget(db, scene);
	}
}

/** Verbs that write something in this scene; who writes nothing cannot be in another's way. */
async function actorsOf(db: Db, name: string): Promise<string[]> {
	const actors: string[] = [];
	for (const [racerName, racer] of Object.entries(racers)) {
		const writes = await inScene(db, name, async (scene) => {
			const before = await readEverything(db);
			await answerOf(racer.call(db, scene));
			return (await readEverything(db)) !== before;
		});
		if (writes) actors.push(racerName);
	}
	return actors;
}

/** With the rows' versions, which tell a write that wrote the same. */
async function readEverything({ sql }: Db): Promise<string> {
	const tables = ['sweep', 'trial', 'attempt', 'epoch', 'checkpoint', 'outbox', 'result', 'artifact'];
	const rows = await Promise.all(
		tables.map((table) => sql`select jsonb_agg(jsonb_build_array(t.xmin::text, t)) from ${sql(table)} as t`),
	);
	return JSON.stringify(rows);
}

async function openPools(): Promise<Pools> {
	const { open } = await testDatabase();
	return { first: open({ max: 1 }), second: open({ max: 1 }), observer: open({ max: 2 }) };
}

test('every file with a verb that writes to a sweep is in the table of races', () => {
	const files = globSync('**/*.ts', { cwd: new URL('../../db/', import.meta.url).pathname })
		.map((file) => file.replaceAll('\\', '/'))
		.filter((file) => !file.endsWith('.test.ts') && !file.startsWith('schema/') && !file.startsWith('node_modules/'));
	const known = new Set([...readers, ...Object.values(racers).map(({ file }) => file)]);
	assert.deepEqual(
		files.filter((file) => !known.has(file)),
		[],
		'add it to racers.ts',
	);
	assert.deepEqual(
		[...known].filter((file) => !files.includes(file)),
		[],
		'it is gone',
	);
});

test('any two verbs at once, in both orders: as if one had come after the other, and no deadlock', async () => {
	const lanes = await Promise.all(Array.from({ length: series }, openPools));
	const actors = new Map<string, string[]>();
	const counted = { races: 0, met: 0 };
	const wrong: string[] = [];
	const share = async (work: (pools: Pools, scene: string) => Promise<void>) => {
		const names = Object.keys(scenes);
		const takeAll = async (pools: Pools) => {
			for (let name = names.shift(); name !== undefined; name = names.shift()) await work(pools, name);
		};
		await Promise.all(lanes.map(takeAll));
	};
	await share(async ({ observer }, name) => void actors.set(name, await actorsOf(observer, name)));
	const idle = Object.keys(racers).filter((name) => ![...actors.values()].flat().includes(name));
	assert.deepEqual(idle, [], 'in no scene does it write anything');

	const races = racesOf(actors);
	await share(async (pools, name) => {
		const known = new Map<string, Outcome>();
		for (const [first, second] of races.get(name)!) {
			const told = await race({ pools, name, first, second, known, counted });
			if (told) wrong.push(`${name}: ${first}, then ${second}: ${told}`);
		}
	});
	console.log(`races: ${counted.races} pairs in their scenes, ${counted.met} waited for each other`);
	assert.deepEqual(wrong, []);
	assert.ok(counted.met > 100);
});

/**
 * By scene: any two that both write there, in so many scenes as `scenesOfAPair`, not the same ones for every pair; and, once,
 * every other pair of which the first does.
 */
function racesOf(actors: Map<string, string[]>): Map<string, [string, string][]> {
	const races = new Map([...actors.keys()].map((name) => [name, [] as [string, string][]]));
	const canBeFirst = (name: string) => racers[name]!.held !== 'no' || racers[name]!.around !== undefined;
	for (const [place, first] of Object.keys(racers).entries()) {
		if (!canBeFirst(first)) continue;
		const own = [...actors].filter(([, names]) => names.includes(first));
		for (const [otherPlace, second] of Object.keys(racers).entries()) {
			const both = own.filter(([, names]) => names.includes(second));
			const turn = (place + otherPlace) % Math.max(1, both.length);
			const chosen = [...both.slice(turn), ...both.slice(0, turn)].slice(0, scenesOfAPair);
			for (const [name] of chosen.length > 0 ? chosen : own.slice(0, 1)) races.get(name)!.push([first, second]);
		}
	}
	return races;
}

async function race(input: {
	pools: Pools;
	name: string;
	first: string;
	second: string;
	/** Of two in turn, by their names. */
	known: Map<string, Outcome>;
	counted: { races: number; met: number };
}): Promise<string | null> {
	const { pools, name, first, second, known, counted } = input;
	const db = pools.observer;
	const { outcome, violations, met } = await inScene(db, name, (scene) =>
		atOnce(pools, scene, racers[first]!, racers[second]!),
	);
	counted.races++;
	if (met) counted.met++;
	const broken = [...violations, ...outcome.state.broken];
	if (broken.length > 0) return broken.join('; ');
	// The caller is told to come again, which is neither order.
	if (outcome.answers[1] === 'idempotency_in_progress') return null;

	const inOrder = async (one: string, other: string): Promise<Outcome> => {
		const key = `${one}, ${other}`;
		const outcome =
			known.get(key) ?? (await inScene(db, name, (scene) => inTurn(db, scene, racers[one]!, racers[other]!)));
		known.set(key, outcome);
		return outcome;
	};
	const expected = await inOrder(first, second);
	if (isDeepStrictEqual(outcome, expected)) return null;
	const { answers, state } = await inOrder(second, first);
	const turned: Outcome = { answers: [answers[1], answers[0]], state };
	if (isDeepStrictEqual(outcome, turned)) return null;
	return `unlike the same in turn: ${differences(outcome, expected)}; unlike the other order: ${differences(outcome, turned)}`;
}

/** Where two values differ, as "path: one, not other". */
function differences(one: unknown, other: unknown, path = ''): string {
	if (isDeepStrictEqual(one, other)) return '';
	if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
		return `${path}: ${JSON.stringify(one)}, not ${JSON.stringify(other)}`;
	}
	const names = new Set([...Object.keys(one), ...Object.keys(other)]);
	const told = [...names].map((name) =>
		differences((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name], `${path}/${name}`),
	);
	return told.filter(Boolean).join(', ');
}

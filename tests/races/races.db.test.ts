import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Db } from '@basin/db/client.ts';
import { violationsBetween, violationsOf } from '../invariants/invariants.ts';
import { readRows } from '../invariants/rows.ts';
import { testDatabase } from '../support/postgres.ts';
import { holdOpen, inside } from './hold.ts';
import { differences, type Outcome, settle } from './outcome.ts';
import { answerOf, type Racer, racers, readers, type Scene } from './racers.ts';
import { rehearse } from './rehearse.ts';
import { makeScene, scenes } from './scenes.ts';

/** Scenes at once, each lane on a database of its own: relay and reconciler look at all sweeps. */
const lanesAtOnce = 2;
/** With `BASIN_RACES=all`, a pair is raced in every scene where both write. */
const scenesOfAPair = process.env.BASIN_RACES === 'all' ? Number.POSITIVE_INFINITY : 1;

/** What neither order gives, and why that breaks no promise: those are looked at in these races, too. */
const excused: Record<string, string> = {
	'create sweep, then create sweep': 'The second caller is told that the first is still running.',
	'pause, then claim':
		'A claim that waited for the trial does not look at the sweep again: its first heartbeat gives it back.',
	'record dead letter, then mark sent':
		'The older message was sent, the newer one still will be: the trial waits for that.',
	'record dead letter, then resume': 'The trial gets two messages; the second finds nothing to claim.',
	'send again, then pause': 'The new message is sent, and the next tick takes it back.',
};

type Pools = { first: Db; second: Db; observer: Db };
type Pair = [first: string, second: string];
type Race = { pair: Pair; outcome: Outcome; violations: string[] };

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
	const lanes = await Promise.all(Array.from({ length: lanesAtOnce }, openPools));
	const inEveryScene = async (work: (pools: Pools, scene: string) => Promise<void>) => {
		const names = Object.keys(scenes);
		const takeAll = async (pools: Pools) => {
			for (let name = names.shift(); name !== undefined; name = names.shift()) await work(pools, name);
		};
		await Promise.all(lanes.map(takeAll));
	};

	const actors = new Map<string, string[]>();
	await inEveryScene(async ({ observer }, name) => void actors.set(name, await actorsOf(observer, name)));
	const idle = Object.keys(racers).filter((name) => ![...actors.values()].flat().includes(name));
	assert.deepEqual(idle, [], 'in no scene does it write anything');

	const races = racesOf(actors);
	const counted = { races: 0, met: 0 };
	const wrong: string[] = [];
	await inEveryScene(async (pools, name) => {
		const pairs = races.get(name)!;
		const expected = await outcomesOf(pools.observer, name, pairs);
		const suspects: Race[] = [];
		for (const pair of pairs) {
			const { met, ...race } = await runRace(pools, name, pair);
			counted.races++;
			if (met) counted.met++;
			const broken = [...race.violations, ...race.outcome.state.broken];
			if (broken.length > 0) wrong.push(`${name}: ${pair.join(', then ')}: ${broken.join('; ')}`);
			else if (!isDeepStrictEqual(race.outcome, expected.get(pair.join()))) suspects.push(race);
		}
		const turned = await outcomesOf(
			pools.observer,
			name,
			suspects.map(({ pair: [first, second] }) => [second, first]),
		);
		for (const { pair, outcome } of suspects) {
			if (pair.join(', then ') in excused) continue;
			const { answers, state } = turned.get(pair.toReversed().join())!;
			const other: Outcome = { answers: [answers[1], answers[0]], state };
			if (isDeepStrictEqual(outcome, other)) continue;
			const unlike = differences(outcome, expected.get(pair.join()));
			wrong.push(
				`${name}: ${pair.join(', then ')}: unlike in turn: ${unlike}; unlike turned: ${differences(outcome, other)}`,
			);
		}
	});
	console.log(`races: ${counted.races} pairs in their scenes, ${counted.met} waited for each other`);
	assert.deepEqual(wrong, []);
	assert.ok(counted.met > 100);
});

async function openPools(): Promise<Pools> {
	const { open } = await testDatabase();
	return { first: open({ max: 1 }), second: open({ max: 1 }), observer: open({ max: 1 }) };
}

/** Verbs that write something in this scene; who writes nothing cannot be in another's way. */
async function actorsOf(db: Db, name: string): Promise<string[]> {
	const actors: string[] = [];
	await rehearse(db, scenes[name]!, async ({ writes }) => {
		for (const [racerName, racer] of Object.entries(racers)) if (await writes(racer)) actors.push(racerName);
	});
	return actors;
}

/** What comes of each pair in turn, by their names. */
async function outcomesOf(db: Db, name: string, pairs: Pair[]): Promise<Map<string, Outcome>> {
	const outcomes = new Map<string, Outcome>();
	if (pairs.length === 0) return outcomes;
	await rehearse(db, scenes[name]!, async ({ inTurn }) => {
		for (const pair of pairs) outcomes.set(pair.join(), await inTurn(racers[pair[0]]!, racers[pair[1]]!));
	});
	return outcomes;
}

/**
 * By scene: any two that both write there, in so many scenes as `scenesOfAPair`, not the same ones for every pair; and, once,
 * every other pair of which the first does.
 */
function racesOf(actors: Map<string, string[]>): Map<string, Pair[]> {
	const races = new Map([...actors.keys()].map((name) => [name, [] as Pair[]]));
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

/** Runs two verbs at once in a fresh scene, and leaves nothing of it. */
async function runRace(pools: Pools, name: string, pair: Pair): Promise<Race & { met: boolean }> {
	const scene = await makeScene(pools.observer, scenes[name]!);
	try {
		return { pair, ...(await atOnce(pools, scene, racers[pair[0]]!, racers[pair[1]]!)) };
	} finally {
		const { sql } = pools.observer;
		await sql`
			with o as (delete from outbox), a as (delete from attempt), e as (delete from epoch), c as (delete from checkpoint),
				f as (delete from artifact), r as (delete from result), i as (delete from idempotency), s as (delete from sweep), d as (delete from deleted_sweep)
			delete from trial`;
	}
}

/** The first holds its transaction open until the second waits for it, or has come past it. */
async function atOnce(pools: Pools, scene: Scene, first: Racer, second: Racer) {
	const before = (await readRows(pools.observer, scene.sweepId))!;
	let answer: unknown;
	const callSecond = async () => {
		answer = await answerOf(second.call(pools.second, scene));
	};
	let one: unknown;
	let met = false;
	if (first.around) one = await answerOf(first.around(pools.first, scene, callSecond));
	else {
		const hold = (db: Db) => answerOf(db.sql.begin((tx) => first.call(inside(db, tx), scene)));
		({ answer: one, met } = await holdOpen({ ...pools, hold, meanwhile: callSecond }));
	}
	const after = await readRows(pools.observer, scene.sweepId);
	const violations = after === null ? [] : [...violationsOf(after), ...violationsBetween(before, after)];
	const outcome: Outcome = { answers: [one, answer], state: await settle(pools.observer, scene) };
	return { outcome, violations, met };
}

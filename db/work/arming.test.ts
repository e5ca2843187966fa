import assert from 'node:assert/strict';
import { test } from 'node:test';
import { armedSeconds } from './disarm.ts';

/**
 * The order of steps of whoever asks for work (`apps/api/arming.ts`) and of the tick that goes to rest (`disarm.ts`), in every order in which
 * they can meet, with either dying after any step. `note`, `enable` and `commit` are one statement or call each, and so are the tick's.
 */
type World = { armed: boolean; notedAt: number; now: number; committed: boolean; lockedBy: string | null };
/** Answers whether it could be done now; false: it waits. */
type Step = (world: World, own: Memory) => boolean;
type Memory = { name: string; quiet?: boolean; idle?: boolean };
type Actor = { name: string; steps: Step[] };

const requestSeconds = 150;

const note: Step = (world) => {
	if (world.lockedBy !== null) return false;
	world.notedAt = world.now;
	return true;
};
const enable: Step = (world) => {
	world.armed = true;
	return true;
};
const commit: Step = (world) => {
	world.committed = true;
	return true;
};
const lock: Step = (world, own) => {
	own.quiet = world.lockedBy === null && world.now - world.notedAt > armedSeconds;
	if (own.quiet) world.lockedBy = own.name;
	return true;
};
const look: Step = (world, own) => {
	own.idle = own.quiet === true && !world.committed;
	return true;
};
const disable: Step = (world, own) => {
	if (own.idle) world.armed = false;
	return true;
};
const unlock: Step = (world, own) => {
	dies(world, own.name);
	return true;
};
/** What a database does for one who dies. */
const dies = (world: World, name: string) => {
	if (world.lockedBy === name) world.lockedBy = null;
};

const request: Actor = { name: 'request', steps: [note, enable, commit] };
const tick: Actor = { name: 'tick', steps: [lock, look, disable, unlock] };

/** Every end that these actors can come to, from a schedule that is on or off, with nothing asked for in a long time. */
function* ends(actors: Actor[], passes: number[]): Generator<World> {
	type At = { world: World; places: number[]; memories: Memory[]; left: number[]; startedAt: (number | null)[] };
	const begin = (armed: boolean): At => ({
		world: { armed, notedAt: -1e9, now: 0, committed: false, lockedBy: null },
		places: actors.map(() => 0),
		memories: actors.map(({ name }) => ({ name })),
		left: passes,
		startedAt: actors.map(() => null),
	});
	const stack = [begin(true), begin(false)];
	const seen = new Set<string>();
	for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
		const key = JSON.stringify(at);
		if (seen.has(key)) continue;
		seen.add(key);
		let moved = false;
		for (const [no, { name, steps }] of actors.entries()) {
			if (at.places[no]! >= steps.length) continue;
			const next = structuredClone(at);
			// A request ends with its function, however long its steps take.
			const startedAt = next.startedAt[no] ?? next.world.now;
			next.startedAt[no] = startedAt;
			const isLate = name === 'request' && next.world.now - startedAt > requestSeconds;
			if (!isLate && steps[at.places[no]!]!(next.world, next.memories[no]!)) {
				next.places[no]!++;
				stack.push(next);
			}
			const dead = structuredClone(at);
			dies(dead.world, name);
			dead.places[no] = steps.length;
			stack.push(dead);
			moved = true;
		}
		if (at.left.length > 0) {
			const later = structuredClone(at);
			later.world.now += later.left.shift()!;
			stack.push(later);
		}
		if (!moved) yield at.world;
	}
}

/** The ends in which committed work waits for a schedule that is off. */
const lost = (actors: Actor[]) => {
	let count = 0;
	for (const passes of [[], [100], [400], [100, 400]])
		for (const { armed, committed } of ends(actors, passes)) if (committed && !armed) count++;
	return count;
};

test('in no order of steps, deaths and waits is committed work left with a schedule that is off', () => {
	assert.equal(lost([request, tick]), 0);
	assert.equal(lost([request, tick, { ...tick, name: 'another tick' }]), 0);
});

test('each rule is needed: the note before the work, the schedule on before the commit, the lock while it is turned off', () => {
	const requestOf = (...steps: Step[]) => ({ name: 'request', steps });
	assert.ok(lost([requestOf(enable, commit), tick]) > 0, 'without a note');
	assert.ok(lost([requestOf(note, commit, enable), tick]) > 0, 'turned on after the commit');
	assert.ok(lost([requestOf(enable, note, commit), tick]) > 0, 'noted after it was turned on');
	const lockless: Step = (world, own) => {
		own.quiet = world.now - world.notedAt > armedSeconds;
		return true;
	};
	assert.ok(lost([request, { name: 'tick', steps: [lockless, look, disable] }]) > 0, 'without the lock');
});

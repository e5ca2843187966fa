import type { Db } from '@basin/db/client.ts';
import { inside } from './hold.ts';
import { type Outcome, settle } from './outcome.ts';
import { answerOf, type Racer, type Scene } from './racers.ts';
import { makeScene, type Prepare } from './scenes.ts';

/** Tries things one after the other in one scene, each from the same start; nothing of it is ever committed. */
export type Rehearsal = {
	/** Whether the verb, called alone, writes anything. */
	writes(racer: Racer): Promise<boolean>;
	/** What comes of two verbs, one after the other. */
	inTurn(first: Racer, second: Racer): Promise<Outcome>;
};

export async function rehearse(db: Db, prepare: Prepare, work: (rehearsal: Rehearsal) => Promise<void>): Promise<void> {
	await undone(db, async (outer) => {
		const scene = await makeScene(outer, prepare);
		const before = await versionsOf(outer);
		await work({
			writes: (racer) =>
				undone(outer, async (own) => {
					await call(own, racer, scene);
					return (await versionsOf(own)) !== before;
				}),
			inTurn: (first, second) =>
				undone(outer, async (own) => {
					const answers: Outcome['answers'] = [await call(own, first, scene), await call(own, second, scene)];
					return { answers, state: await settle(own, scene) };
				}),
		});
	});
}

/** A refusal by the database ends its own savepoint, not the rehearsal. */
const call = ({ sql, ...db }: Db, racer: Racer, scene: Scene) =>
	answerOf(sql.begin((tx) => racer.call(inside({ sql, ...db }, tx), scene)));

class Undo extends Error {
	readonly result: unknown;
	constructor(result: unknown) {
		super('undone');
		this.result = result;
	}
}

async function undone<T>(db: Db, work: (db: Db) => Promise<T>): Promise<T> {
	try {
		await db.sql.begin(async (tx) => {
			throw new Undo(await work(inside(db, tx)));
		});
	} catch (error) {
		if (error instanceof Undo) return error.result as T;
		throw error;
	}
	throw new Error('A rehearsal was committed.');
}

/** Where every row lies: a row that is written, even the same, moves. */
async function versionsOf({ sql }: Db): Promise<string> {
	const tables = ['sweep', 'trial', 'attempt', 'epoch', 'checkpoint', 'outbox', 'result', 'artifact'];
	const parts = tables.map((table) => sql`select ${table} as name, ctid::text as place from ${sql(table)}`);
	const union = parts.reduce((all, part) => sql`${all} union all ${part}`);
	return JSON.stringify(await sql`select * from (${union}) as rows order by name, place`);
}

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db, Sql } from '@basin/db/client.ts';
import type postgres from 'postgres';

/**
 * Runs `hold` in a transaction that stays open until `meanwhile`, on another connection, waits for a lock of it or has
 * ended; then commits. `met`: it waited. A verb's own transaction becomes a savepoint.
 */
export async function holdOpen<T>(input: {
	first: Db;
	second: Db;
	observer: Db;
	hold: (db: Db) => Promise<T>;
	meanwhile: () => Promise<unknown>;
}): Promise<{ answer: T; met: boolean }> {
	const { first, second, observer, hold, meanwhile } = input;
	const [backend] = await second.sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
	let waiting: Promise<unknown> = Promise.resolve();
	let met = false;
	const answer = await first.sql.begin(async (tx) => {
		const held = await hold(inside(first, tx));
		let ended = false;
		waiting = meanwhile().finally(() => {
			ended = true;
		});
		// A failure is thrown where it is waited for, below.
		waiting.catch(() => {});
		const deadline = performance.now() + 10_000;
		while (!ended && !met) {
			met = await isWaiting(observer, backend!.pid);
			assert.ok(performance.now() < deadline, 'the second neither ended nor waited for a lock');
			if (!ended && !met) await sleep(1);
		}
		return held;
	});
	await waiting;
	return { answer: answer as T, met };
}

async function isWaiting({ sql }: Db, pid: number): Promise<boolean> {
	const [row] = await sql`select from pg_stat_activity where pid = ${pid} and wait_event_type = 'Lock'`;
	return row !== undefined;
}

/** A database whose every statement runs in this transaction. */
export function inside(db: Db, tx: postgres.TransactionSql): Db {
	const sql = new Proxy(tx, {
		get: (target, name) =>
			name === 'begin'
				? (work: (tx: unknown) => Promise<unknown>) => target.savepoint(work)
				: Reflect.get(target, name),
	});
	return { ...db, sql: sql as unknown as Sql };
}

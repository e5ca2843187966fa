import assert from 'node:assert/strict';
import type { Db } from '@basin/db/client.ts';

/** Waits until so many statements in this database wait for a lock: that many transactions have met another. */
export async function untilBlocked({ sql }: Db, count = 1): Promise<void> {
	const deadline = Date.now() + 10_000;
	for (;;) {
		const waiting = await sql`
			select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
		if (waiting.length >= count) return;
		assert.ok(Date.now() < deadline, 'nothing ever waited for a lock');
	}
}

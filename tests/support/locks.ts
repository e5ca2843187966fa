import assert from 'node:assert/strict';
import type { Db } from '@basin/db/client.ts';

/** Waits until some statement in this database waits for a lock: two transactions have met. */
export async function untilBlocked({ sql }: Db): Promise<void> {
	const deadline = Date.now() + 10_000;
	for (;;) {
		const waiting = await sql`
			select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
		if (waiting.length > 0) return;
		assert.ok(Date.now() < deadline, 'nothing ever waited for a lock');
	}
}

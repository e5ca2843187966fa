import { BasinError } from '@basin/core/contracts/errors.ts';
import type { Db, Queryable } from '../client.ts';

/** A transaction keeps the database from cleaning up after others, so no reader may hold one for longer. */
const longestSeconds = 600;
/** A reader that takes nothing for so long is taken for gone. */
const patienceSeconds = 60;

/**
 * The pages that `read` yields, all of one moment: it reads in one transaction that sees no later change. A page is read when it
 * is asked for; cancelling the stream ends the transaction.
 * The stream fails with `unavailable` after ten minutes, and when nothing is taken from it for a minute.
 */
export function readSnapshot<Page>(db: Db, read: (sql: Queryable) => AsyncIterable<Page>): ReadableStream<Page> {
	const { readable, writable } = new TransformStream<Page, Page>();
	const pages = writable.getWriter();
	const deadline = performance.now() + longestSeconds * 1000;
	const work = db.sql.begin('isolation level repeatable read read only', async (tx) => {
		await tx`select set_config('idle_in_transaction_session_timeout', ${`${patienceSeconds}s`}, true)`;
		for await (const page of read(tx)) {
			if (performance.now() > deadline) throw tooLong();
			await pages.write(page);
		}
	});
	// What a cancelled stream did not take is nobody's error.
	work.then(() => pages.close()).catch((error: unknown) => pages.abort(error).catch(() => {}));
	return readable;
}

function tooLong(): BasinError {
	return new BasinError(
		'unavailable',
		`The export took longer than ${longestSeconds} s; take it from a faster connection.`,
	);
}

import type { QueueMessage } from '@basin/core/contracts/worker-protocol.ts';
import type { Db } from '../client.ts';

/** `id` names the entry within its batch, in the letters that SQS allows. */
export type OutboxBatch = { id: string; message: QueueMessage }[];
/** Sends at most ten messages; answers the ids of those that the queue has taken. */
export type SendBatch = (batch: OutboxBatch) => Promise<{ successfulIds: string[] }>;

const batchSize = 10;
/** A relay that has not come back after this long is taken for dead, and its messages are sent by another. */
const takenSeconds = 30;

type OutboxRow = { trial_id: string; dispatch_no: number };

/**
 * Sends messages that are due, oldest first, and marks those that the queue has taken; answers how many. Safe with several
 * at once. No more than `window` messages wait in the queue: a sweep of ten thousand trials does not fill it at once, and
 * one that loses its messages is brought back by the reconciler a window at a time.
 * @throws what `send` throws; what was not sent is due again.
 */
export async function relayOutbox({
	db,
	send,
	limit = 1_000,
	window = 1_000,
}: {
	db: Db;
	send: SendBatch;
	limit?: number;
	window?: number;
}): Promise<number> {
	const unsent = await takeDue(db, limit, window);
	let sent = 0;
	try {
		while (unsent.length > 0) {
			const rows = unsent.slice(0, batchSize);
			const { successfulIds } = await send(rows.map(toEntry));
			unsent.splice(0, batchSize);
			const taken = new Set(successfulIds);
			const [successful, refused] = partition(rows, (row) => taken.has(idOf(row)));
			sent += successful.length;
			await markSent(db, successful);
			await giveBack(db, refused);
		}
	} finally {
		await giveBack(db, unsent);
	}
	return sent;
}

const idOf = (row: OutboxRow) => `${row.trial_id}-${row.dispatch_no}`;

function toEntry(row: OutboxRow): OutboxBatch[number] {
	return { id: idOf(row), message: { v: 1, trialId: row.trial_id, dispatchNo: row.dispatch_no } };
}

/** Moves the rows out of other relays' sight for a while; no transaction stays open while messages are sent. */
async function takeDue({ sql }: Db, limit: number, window: number): Promise<OutboxRow[]> {
	const rows = await sql<OutboxRow[]>`
		with due as (
			select trial_id, dispatch_no from outbox
			where due_at <= now()
			order by due_at, trial_id
			limit greatest(0, least(${limit}, ${window} - (
				select count(*) from trial where state = 'queued' and dispatched_at is not null
			)))
			for update skip locked
		)
		update outbox set due_at = now() + ${takenSeconds} * interval '1 second'
		from due
		where outbox.trial_id = due.trial_id and outbox.dispatch_no = due.dispatch_no and outbox.due_at <= now()
		returning outbox.trial_id, outbox.dispatch_no`;
	return rows.toSorted((one, other) => (one.trial_id < other.trial_id ? -1 : 1));
}

/** Only what the queue has confirmed; a trial that was claimed or cancelled meanwhile stays as it is. */
async function markSent({ sql }: Db, rows: OutboxRow[]): Promise<void> {
	if (rows.length === 0) return;
	await sql`
		select mark_dispatched(
			${rows.map((row) => row.trial_id)}::text[], ${rows.map((row) => row.dispatch_no)}::integer[]
		)`;
}

/** Rows that somebody holds are being deleted: their trial was cancelled. */
async function giveBack({ sql }: Db, rows: OutboxRow[]): Promise<void> {
	if (rows.length === 0) return;
	await sql`
		with unsent as (
			select outbox.trial_id, outbox.dispatch_no
			from outbox join unnest(${rows.map((row) => row.trial_id)}::text[], ${rows.map((row) => row.dispatch_no)}::integer[])
				as taken (trial_id, dispatch_no) using (trial_id, dispatch_no)
			for update of outbox skip locked
		)
		update outbox set due_at = now()
		from unsent
		where outbox.trial_id = unsent.trial_id and outbox.dispatch_no = unsent.dispatch_no`;
}

function partition<T>(items: T[], belongs: (item: T) => boolean): [T[], T[]] {
	return [items.filter(belongs), items.filter((item) => !belongs(item))];
}

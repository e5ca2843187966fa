import type { Db } from '../client.ts';
import { forEachPage } from './pages.ts';

type Attempt = { id: string; attempt_no: number };

/** Takes running trials from workers that stopped renewing their lease: tried again, or failed when that went on too long. */
export async function expireLeases({ sql }: Db): Promise<{ requeued: number; failed: number; cancelled: number }> {
	const counts = { queued: 0, failed: 0, cancelled: 0 };
	await forEachPage<Attempt>(
		(afterId, limit) => sql`
			select id, attempt_no from trial
			where state = 'running' and lease_expires_at < now() and id > ${afterId} order by id limit ${limit}`,
		async ({ id, attempt_no }) => {
			const [row] = await sql<
				{ state: keyof typeof counts | null }[]
			>`select expire_lease(${id}, ${attempt_no}) as state`;
			if (row?.state) counts[row.state]++;
		},
	);
	return { requeued: counts.queued, failed: counts.failed, cancelled: counts.cancelled };
}

/** Ends trials whose worker was told to cancel longer ago than the bound. */
export async function enforceCancels({ sql }: Db, boundSeconds: number): Promise<number> {
	let cancelled = 0;
	await forEachPage<Attempt>(
		(afterId, limit) => sql`
			select id, attempt_no from trial
			where state = 'running' and cancel_requested_at < now() - ${boundSeconds} * interval '1 second' and id > ${afterId}
			order by id limit ${limit}`,
		async ({ id, attempt_no }) => {
			const [row] = await sql<
				{ done: boolean }[]
			>`select enforce_cancel(${id}, ${attempt_no}, ${boundSeconds}) as done`;
			if (row?.done) cancelled++;
		},
	);
	return cancelled;
}

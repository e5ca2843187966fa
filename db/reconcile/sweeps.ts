import type { Db } from '../client.ts';
import { forEachPage } from './pages.ts';

type SweepId = { id: string };

/** Notes that a sweep has started where the claim could not (another transaction was changing the sweep's row). */
export async function startSweeps({ sql }: Db): Promise<void> {
	const started = sql`
		finished_at is null and state = 'queued' and exists (
			select from trial where sweep_id = sweep.id and state in ('running', 'succeeded', 'failed')
		)`;
	await forEachPage<SweepId>(
		(afterId, limit) => sql`select id from sweep where ${started} and id > ${afterId} order by id limit ${limit}`,
		async ({ id }) => {
			await sql`
				update sweep set state = 'running', started_at = coalesce(started_at, now()) where id = ${id} and ${started}`;
		},
	);
}

/** Stops sweeps that have used up their budget: nothing new starts, what runs may end. */
export async function stopOverBudget({ sql }: Db): Promise<void> {
	await forEachPage<SweepId>(
		(afterId, limit) => sql`
			select id from sweep
			where finished_at is null and state in ('queued', 'running') and budget_overrun(sweep) is not null
				and id > ${afterId}
			order by id limit ${limit}`,
		async ({ id }) => {
			await sql`select stop_over_budget(${id})`;
		},
	);
}

/** Takes back the messages of paused sweeps that were on their way when the sweep was paused. */
export async function parkPaused({ sql }: Db): Promise<void> {
	await forEachPage<SweepId>(
		(afterId, limit) => sql`
			select distinct sweep.id from trial join sweep on sweep.id = trial.sweep_id
			where trial.state = 'queued' and trial.dispatched_at is not null and sweep.state = 'paused'
				and sweep.id > ${afterId}
			order by sweep.id limit ${limit}`,
		async ({ id }) => {
			await sql`select park_waiting_trials(${id})`;
		},
	);
}

/** Brings stopping and cancelling sweeps on their way; answers how many trials were cancelled. */
export async function windDown({ sql }: Db): Promise<number> {
	let cancelled = 0;
	await forEachPage<SweepId>(
		(afterId, limit) => sql`
			select id from sweep
			where finished_at is null and state in ('stopping', 'cancelling') and id > ${afterId} order by id limit ${limit}`,
		async ({ id }) => {
			const [row] = await sql<{ cancelled: number }[]>`select wind_down_sweep(${id}) as cancelled`;
			cancelled += row!.cancelled;
		},
	);
	return cancelled;
}

/** Ends sweeps of which all trials have ended; usually the last trial's own transaction has done so. */
export async function closeFinished({ sql }: Db): Promise<number> {
	let closed = 0;
	await forEachPage<SweepId>(
		(afterId, limit) => sql`
			select id from sweep
			where finished_at is null and id > ${afterId} and not exists (
				select from trial where sweep_id = sweep.id and state in ('pending', 'queued', 'running')
			)
			order by id limit ${limit}`,
		async ({ id }) => {
			const [row] = await sql<{ state: string | null }[]>`select close_sweep(${id}) as state`;
			if (row?.state) closed++;
		},
	);
	return closed;
}

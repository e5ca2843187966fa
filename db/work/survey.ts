import type { Db } from '../client.ts';
import { measureWork, type Work } from './measure.ts';

export type Survey = Work & {
	/** Messages that the queue gave up on in the last 24 hours. */
	deadLetters: number;
	/** Workers that have claimed a trial within ten minutes. */
	workersSeen: number;
	/** Ended trials that the database has, by state; a failed one by its reason as well. */
	ended: { state: string; reason: string; trials: number }[];
	/** Rows written since the database's statistics began, also by transactions that were rolled back. */
	written: { attempts: number; epochs: number; results: number };
};

/** What there is and what was done, by indexes and the server's own statistics: no table that grows with the trials is read whole. */
export async function surveyWork({ db }: { db: Db }): Promise<Survey> {
	const { sql } = db;
	const work = await measureWork({ db });
	const [counts] = await sql<[Pick<Survey, 'deadLetters' | 'workersSeen'>]>`
		select
			(select count(*) from dead_letter where recorded_at > now() - interval '1 day') as "deadLetters",
			(select count(*) from worker where seen_at > now() - interval '10 minutes') as "workersSeen"`;
	const ended = await sql<Survey['ended']>`
		with counted as (
			select state, sum(trials)::bigint as trials from (
				select key as state, value::bigint as trials from sweep, jsonb_each_text(final_counts) where finished_at is not null
				union all
				select trial.state, count(*) from sweep join trial on trial.sweep_id = sweep.id
				where sweep.finished_at is null and trial.state in ('succeeded', 'pruned', 'cancelled') group by trial.state
			) as parts group by state
		)
		select state, '' as reason, trials from counted where state in ('succeeded', 'pruned', 'cancelled')
		union all
		select 'failed', reason, count(*) from trial where state = 'failed' group by reason`;
	const [written] = await sql<[Survey['written']]>`
		select
			coalesce(sum(n_tup_ins) filter (where relname = 'attempt'), 0)::bigint as attempts,
			coalesce(sum(n_tup_ins) filter (where relname = 'epoch'), 0)::bigint as epochs,
			coalesce(sum(n_tup_ins) filter (where relname = 'result'), 0)::bigint as results
		from pg_stat_user_tables where schemaname = 'public'`;
	return { ...work, ...counts, ended: [...ended], written };
}

/** How many trials run on each device; a worker that has finished nothing yet is of the device `unknown`. */
export async function countRunning({ db }: { db: Db }): Promise<{ device: string; trials: number }[]> {
	return await db.sql<{ device: string; trials: number }[]>`
		select coalesce(worker.device_key, 'unknown') as device, count(*) as trials
		from trial
		join attempt on attempt.trial_id = trial.id and attempt.attempt_no = trial.attempt_no
		left join worker on worker.id = attempt.worker_id
		where trial.state = 'running' group by 1`;
}

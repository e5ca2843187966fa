import type postgres from 'postgres';
import type { Queryable } from '../client.ts';

/**
 * Joins to each row of `entries` (a `leaderboard_entry`), over its seeds, the seconds of updates until the validation accuracy first reached
 * the target: `seconds_to_target` (median), `seconds_to_target_mean` and `seconds_to_target_std`. They are read from one row a trial.
 * A seed that never reached it takes for ever, so each is a finite number only where enough of them did; null without a seed.
 */
export function joinSecondsToTarget(sql: Queryable, entries: string, target: number): postgres.Fragment {
	return sql`cross join lateral (
		select percentile_cont(0.5) within group (order by seconds) as seconds_to_target,
			avg(seconds) as seconds_to_target_mean, stddev_samp(seconds) as seconds_to_target_std
		from result, lateral (
			select coalesce(
				jsonb_path_query_first(
					body, '$.milestones[*] ? (@.valAccuracy >= $target).trainSeconds',
					jsonb_build_object('target', ${target}::double precision)
				)::double precision,
				'Infinity'
			) as seconds
		) as seed
		where result.sweep_id = ${sql(entries)}.sweep_id
			and result.configuration_no = ${sql(entries)}.configuration_no
			and result.device_key = ${sql(entries)}.device_key
	) as times`;
}

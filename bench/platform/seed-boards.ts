import { newSweepId } from '@basin/core/domain/ids.ts';
import type { Db } from '@basin/db/client.ts';
import { sampleDevice, sampleSweep } from '../../tests/support/samples.ts';

/**
 * Stores `sweeps` ended sweeps of one data set and model with `configurations` places each on one device, every one over three
 * seeds with an interval of its own. Only what a board reads is written: no trials, epochs and results.
 * Answers the id of the first.
 */
export async function seedBoards(db: Db, input: { sweeps: number; configurations: number }): Promise<string> {
	const { sql } = db;
	const { sweepId } = await sampleSweep(db, { configurations: 1, seeds: [0, 1, 2] });
	await sql`insert into device (key, body) values (${sampleDevice.key}, ${sql.json(sampleDevice)}) on conflict do nothing`;
	const ids = Array.from({ length: input.sweeps }, () => newSweepId(Date.now()));
	await sql`
		insert into sweep
		select (jsonb_populate_record(sweep, jsonb_build_object(
			'id', new_id, 'trials', ${input.configurations * 3}::integer,
			'configurations', ${input.configurations}::integer, 'state', 'completed', 'finished_at', now(),
			'final_counts', jsonb_build_object('succeeded', ${input.configurations * 3}::integer)
		))).*
		from sweep, unnest(${ids}::text[]) as new_id where id = ${sweepId}`;
	for (const id of ids) await seedSweep(db, id, input.configurations);
	await sql`vacuum analyze leaderboard_entry, configuration, sweep`;
	return ids[0] as string;
}

/**
 * A sweep like those that still runs: of its last `left` configurations one of three seeds has not ended. Answers its id and
 * those trials.
 */
export async function seedRunningBoard(
	db: Db,
	input: { configurations: number; left: number },
): Promise<{ sweepId: string; trialIds: string[] }> {
	const { sql } = db;
	const sweepId = await seedBoards(db, { sweeps: 1, configurations: input.configurations });
	await sql`update sweep set state = 'running', started_at = now(), finished_at = null, final_counts = null where id = ${sweepId}`;
	const trials = await sql<{ id: string }[]>`
		insert into trial (id, sweep_id, configuration_no, seed, batch_size)
		select sweep_id || '-' || configuration_no, sweep_id, configuration_no, 2, batch_size
		from configuration where sweep_id = ${sweepId} order by configuration_no desc limit ${input.left}
		returning id`;
	await sql`
		insert into result (
			trial_id, sweep_id, configuration_no, seed, device_key, val_accuracy, final_val_accuracy, epoch_seconds,
			update_seconds, body
		)
		select trial.id || '-' || ended, sweep_id, configuration_no, ended, entry.device_key, best_mean + ended * best_std, final_mean,
			epoch_seconds_median, update_seconds_median, '{}'
		from trial join leaderboard_entry as entry using (sweep_id, configuration_no), generate_series(0, 1) as ended
		where sweep_id = ${sweepId}`;
	await sql`vacuum analyze trial, result`;
	return { sweepId, trialIds: trials.map(({ id }) => id) };
}

async function seedSweep({ sql }: Db, sweepId: string, configurations: number): Promise<void> {
	await sql`
		insert into configuration (sweep_id, configuration_no, hash, batch_size, eta, lambda)
		select ${sweepId}, no, left(md5(no::text || ${sweepId}), 16), 2 ^ (no % 12), (no + 1) / 10000.0, 0.9
		from generate_series(0, ${configurations - 1}) as no`;
	await sql`
		insert into leaderboard_entry (
			sweep_id, configuration_no, device_key, dataset, model, hash, batch_size, eta, lambda, succeeded, diverged,
			best_mean, best_std, final_mean, final_std, epoch_seconds_median, epoch_seconds_low, epoch_seconds_high,
			epoch_seconds_mean, epoch_seconds_std, update_seconds_median, best_trial_id, final_best_trial_id
		)
		select sweep_id, configuration_no, ${sampleDevice.key}, dataset, model, hash, batch_size, eta, lambda, 3, false,
			accuracy, spread, accuracy - 0.001, spread, seconds, seconds * 0.99, seconds * 1.01, seconds, seconds / 100,
			seconds / batch_size, sweep_id || '-trial', sweep_id || '-trial'
		from configuration join sweep on sweep.id = sweep_id,
			lateral (
				select 1 - abs(random_normal(0, 0.05)) as accuracy, 0.0001 + random() / 200 as spread, 0.1 + random() as seconds
				where configuration_no >= 0
			) as measured
		where sweep_id = ${sweepId}`;
}

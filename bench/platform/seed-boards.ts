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

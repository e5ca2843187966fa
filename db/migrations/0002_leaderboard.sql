-- Writes one leaderboard entry from the results below it. The caller holds the configuration's row, so two seeds that
-- finish at once are folded one after the other, each seeing all that was committed before.
create function refresh_leaderboard_entry(p_sweep_id text, p_configuration_no integer, p_device_key text) returns void
language sql volatile set search_path = public, pg_temp as $$
	insert into leaderboard_entry as entry (
		sweep_id, configuration_no, device_key, hash, batch_size, eta, lambda, succeeded, diverged,
		best_mean, best_std, final_mean, final_std, epoch_seconds_median, epoch_seconds_low, epoch_seconds_high,
		epoch_seconds_mean, epoch_seconds_std, update_seconds_median, best_trial_id, final_best_trial_id
	)
	select
		p_sweep_id, p_configuration_no, p_device_key, min(hash), min(batch_size), min(eta), min(lambda), count(*), false,
		avg(val_accuracy), stddev_samp(val_accuracy), avg(final_val_accuracy), stddev_samp(final_val_accuracy),
		percentile_cont(0.5) within group (order by epoch_seconds),
		percentile_cont(0.25) within group (order by epoch_seconds),
		percentile_cont(0.75) within group (order by epoch_seconds),
		avg(epoch_seconds), stddev_samp(epoch_seconds),
		percentile_cont(0.5) within group (order by update_seconds),
		(array_agg(trial_id order by val_accuracy desc, seed))[1],
		(array_agg(trial_id order by final_val_accuracy desc, seed))[1]
	from result join configuration using (sweep_id, configuration_no)
	where sweep_id = p_sweep_id and configuration_no = p_configuration_no and device_key = p_device_key
	on conflict (sweep_id, configuration_no, device_key) do update set
		succeeded = excluded.succeeded,
		best_mean = excluded.best_mean, best_std = excluded.best_std,
		final_mean = excluded.final_mean, final_std = excluded.final_std,
		epoch_seconds_median = excluded.epoch_seconds_median,
		epoch_seconds_low = excluded.epoch_seconds_low, epoch_seconds_high = excluded.epoch_seconds_high,
		epoch_seconds_mean = excluded.epoch_seconds_mean, epoch_seconds_std = excluded.epoch_seconds_std,
		update_seconds_median = excluded.update_seconds_median,
		best_trial_id = excluded.best_trial_id, final_best_trial_id = excluded.final_best_trial_id
$$;
--> statement-breakpoint
-- A seed of the configuration succeeded on the device.
create function leaderboard_add_success(p_sweep_id text, p_configuration_no integer, p_device_key text) returns void
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_failed_seeds integer;
begin
	select failed_seeds into v_failed_seeds from configuration
	where sweep_id = p_sweep_id and configuration_no = p_configuration_no for no key update;
	if v_failed_seeds > 0 then
		-- The row that said "no seed succeeded" is no longer true.
		delete from leaderboard_entry
		where sweep_id = p_sweep_id and configuration_no = p_configuration_no and succeeded = 0;
	end if;
	perform refresh_leaderboard_entry(p_sweep_id, p_configuration_no, p_device_key);
end $$;
--> statement-breakpoint
-- A seed of the configuration failed for good; the device may be unknown ('').
create function leaderboard_add_failure(
	p_sweep_id text, p_configuration_no integer, p_device_key text, p_diverged boolean
) returns void
language plpgsql volatile set search_path = public, pg_temp as $$
begin
	update configuration set failed_seeds = failed_seeds + 1
	where sweep_id = p_sweep_id and configuration_no = p_configuration_no;
	update leaderboard_entry set diverged = diverged or p_diverged
	where sweep_id = p_sweep_id and configuration_no = p_configuration_no and succeeded = 0;
	insert into leaderboard_entry (
		sweep_id, configuration_no, device_key, hash, batch_size, eta, lambda, succeeded, diverged
	)
	select sweep_id, configuration_no, p_device_key, hash, batch_size, eta, lambda, 0, p_diverged
	from configuration
	where sweep_id = p_sweep_id and configuration_no = p_configuration_no and not exists (
		select from leaderboard_entry where sweep_id = p_sweep_id and configuration_no = p_configuration_no
	);
end $$;

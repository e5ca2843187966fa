-- Roles belong to the server, not to this database: another database's migration may be making the same one right now.
do $$
begin
	if not exists (select from pg_roles where rolname = 'basin_worker') then
		create role basin_worker nologin;
	end if;
exception when duplicate_object or unique_violation then
	null;
end $$;
--> statement-breakpoint
-- So that a login that is no superuser can open a worker's connection with that role. Since version 16 whoever made a role
-- is its member without being allowed to become it.
do $$
declare
	v_needed text := case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end;
begin
	if not pg_has_role(current_user, 'basin_worker', v_needed) then
		execute format('grant basin_worker to %I', current_user);
	end if;
end $$;
--> statement-breakpoint
-- Everybody may execute a new function unless told otherwise.
revoke all on function
	guard_trial_state,
	failure_budget,
	retry_delay,
	iso,
	refresh_leaderboard_entry,
	leaderboard_add_success,
	leaderboard_add_failure,
	close_sweep,
	cancel_waiting_trials,
	wind_down_sweep,
	remember_device,
	store_artifacts,
	requeue_trial,
	cancel_running_trial,
	fail_attempt,
	expire_lease,
	enforce_cancel,
	mark_dispatched,
	lease_length,
	claim_trial,
	heartbeat_trial,
	record_epoch,
	remember_speed,
	finish_trial,
	fail_trial,
	release_trial,
	acknowledge_cancel
from public;
--> statement-breakpoint
grant usage on schema public to basin_worker;
--> statement-breakpoint
grant execute on function
	claim_trial(text, text, double precision),
	heartbeat_trial(text, integer, double precision),
	record_epoch(text, integer, jsonb),
	finish_trial(text, integer, jsonb, jsonb, jsonb),
	fail_trial(text, integer, text, text, jsonb, jsonb),
	release_trial(text, integer),
	acknowledge_cancel(text, integer)
to basin_worker;

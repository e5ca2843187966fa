-- One failed trial can be tried again alone: the same functions as for all of a sweep, with the trial to keep to.
drop function retry_failed_trials(text);
--> statement-breakpoint
drop function renew_failed_trials(text);
--> statement-breakpoint
-- Gives every failed trial of a sweep, or only this one, a new budget; answers the configuration of each. What the failed
-- attempt left is no longer the trial's: its objects belong to nobody and are swept.
create function renew_failed_trials(p_sweep_id text, p_only text default null) returns integer[]
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_configurations integer[];
begin
	with failed as (
		select id from trial
		where sweep_id = p_sweep_id and state = 'failed' and (p_only is null or id = p_only)
		order by id for no key update
	), renewed as (
		update trial set
			state = 'queued', budget_no = budget_no + 1, infrastructure_failures = 0, unknown_failures = 0,
			due_at = now(), dispatch_no = dispatch_no + 1, redispatches = 0, dispatched_at = null, epochs_done = 0,
			reason = null, message = null, device_key = null, cancel_requested_at = null, finished_at = null
		from failed
		where trial.id = failed.id and trial.state = 'failed'
		returning trial.id, trial.configuration_no, trial.dispatch_no, trial.due_at
	), disowned as (
		delete from artifact using renewed where artifact.trial_id = renewed.id
	), dispatched as (
		insert into outbox (trial_id, dispatch_no, due_at) select id, dispatch_no, due_at from renewed
	)
	select coalesce(array_agg(configuration_no), '{}') into v_configurations from renewed;
	return v_configurations;
end $$;
--> statement-breakpoint
create function retry_failed_trials(
	p_sweep_id text, p_only text default null, out state text, out retried integer
)
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_configurations integer[];
	v record;
begin
	retried := 0;
	select sweep.state into state from sweep where id = p_sweep_id for no key update;
	if state in ('stopping', 'cancelling') then
		return;
	end if;
	v_configurations := renew_failed_trials(p_sweep_id, p_only);
	for v in
		select no, count(*) as failures from unnest(v_configurations) as no group by no order by no
	loop
		perform leaderboard_remove_failures(p_sweep_id, v.no, v.failures::integer);
	end loop;
	retried := cardinality(v_configurations);
	if retried > 0 then
		perform reopen_sweep(p_sweep_id);
		perform park_waiting_trials(p_sweep_id);
	end if;
end $$;
--> statement-breakpoint
revoke all on function renew_failed_trials, retry_failed_trials from public;

ALTER TABLE "trial" ADD COLUMN "budget_no" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "sweep" ADD COLUMN "paused_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sweep" ADD COLUMN "budget_since" timestamp with time zone;--> statement-breakpoint
CREATE TABLE "dead_letter" (
	"message_id" text PRIMARY KEY NOT NULL,
	"trial_id" text,
	"dispatch_no" integer,
	"body" text NOT NULL,
	"receive_count" integer NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deleted_sweep" (
	"id" text PRIMARY KEY NOT NULL,
	"deleted_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "dead_letter_recorded" ON "dead_letter" USING btree ("recorded_at");--> statement-breakpoint
CREATE INDEX "idempotency_created" ON "idempotency" USING btree ("created_at");--> statement-breakpoint
-- What an owner does to a sweep: pause, resume, stop, retry-failed. Each takes the sweep's row first and then trials in
-- the order of their ids, so that two verbs at once run one after the other; none waits for the sweep while holding a trial.

-- The one way out of an ended state: `retry-failed` gives a failed trial a new budget. Attempts go on counting.
create function is_new_budget(p_old trial, p_new trial) returns boolean
language sql immutable set search_path = public, pg_temp as $$
	select p_old.state = 'failed'
		and p_new.state = 'queued'
		and p_new.budget_no = p_old.budget_no + 1
		and p_new.attempt_no = p_old.attempt_no
		and p_new.infrastructure_failures = 0
		and p_new.unknown_failures = 0
$$;
--> statement-breakpoint
-- The state machine of a trial: what may follow what. core/domain/trial-state.ts says the same; a test compares them.
create or replace function guard_trial_state() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
	if is_new_budget(old, new) then
		return new;
	end if;
	if old.state in ('succeeded', 'failed', 'pruned', 'cancelled') then
		raise exception 'trial % is % and stays so', old.id, old.state using errcode = 'check_violation';
	end if;
	if new.budget_no <> old.budget_no then
		raise exception 'trial % cannot get a new budget while it is %', old.id, old.state using errcode = 'check_violation';
	end if;
	if old.state <> new.state and (old.state, new.state) not in (
		('pending', 'queued'), ('pending', 'running'), ('pending', 'cancelled'),
		('queued', 'running'), ('queued', 'cancelled'),
		('running', 'queued'), ('running', 'succeeded'), ('running', 'failed'), ('running', 'pruned'), ('running', 'cancelled')
	) then
		raise exception 'trial % cannot go from % to %', old.id, old.state, new.state using errcode = 'check_violation';
	end if;
	return new;
end $$;
--> statement-breakpoint
drop trigger trial_state_guard on trial;
--> statement-breakpoint
create trigger trial_state_guard before update on trial for each row
when (
	old.state is distinct from new.state
	or old.budget_no is distinct from new.budget_no
	or old.state in ('succeeded', 'failed', 'pruned', 'cancelled')
)
execute function guard_trial_state();
--> statement-breakpoint
-- Ends a sweep whose trials have all ended; answers its new state, or null when it is not done (or is being changed by
-- someone else, who or the reconciler will come back to it).
create or replace function close_sweep(p_sweep_id text) returns text
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_state text;
	v_counts jsonb;
begin
	if exists (select from trial where sweep_id = p_sweep_id and state in ('pending', 'queued', 'running')) then
		return null;
	end if;
	select state into v_state from sweep
	where id = p_sweep_id and finished_at is null for no key update skip locked;
	if not found then
		return null;
	end if;
	select jsonb_object_agg(state, trials) into v_counts
	from (select state, count(*) as trials from trial where sweep_id = p_sweep_id group by state) as counted;
	-- Between the first look and the lock, retry-failed or extend may have given it trials again.
	if v_counts ?| array['pending', 'queued', 'running'] then
		return null;
	end if;
	update sweep set
		state = case
			when v_state = 'cancelling' then 'cancelled'
			when v_counts ? 'succeeded' then 'completed'
			when v_counts ? 'failed' or v_state = 'stopping' then 'failed'
			else 'cancelled'
		end,
		final_counts = v_counts,
		started_at = coalesce(started_at, (select min(started_at) from trial where sweep_id = p_sweep_id)),
		finished_at = now()
	where id = p_sweep_id
	returning state into v_state;
	return v_state;
end $$;
--> statement-breakpoint
-- Takes the messages of a paused sweep's waiting trials out of the outbox and out of the count of those that lie in the
-- queue. A worker that still gets one finds nothing to claim. Answers how many trials it parked.
create function park_waiting_trials(p_sweep_id text) returns integer
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_parked integer;
begin
	perform from sweep
	where id = p_sweep_id and state = 'paused' for no key update;
	if not found then
		return 0;
	end if;
	with waiting as (
		select id from trial
		where sweep_id = p_sweep_id and state in ('pending', 'queued')
			and (dispatched_at is not null or exists (select from outbox where trial_id = trial.id))
		order by id for no key update
	), unsent as (
		delete from outbox using waiting where outbox.trial_id = waiting.id
	), parked as (
		update trial set dispatched_at = null
		from waiting
		where trial.id = waiting.id and trial.state in ('pending', 'queued')
		returning trial.id
	)
	select count(*) into v_parked from parked;
	return v_parked;
end $$;
--> statement-breakpoint
-- A new message for every trial that waits; those of before a pause are gone, or have been answered "nothing to claim".
create function dispatch_waiting_trials(p_sweep_id text) returns void
language sql volatile set search_path = public, pg_temp as $$
	with waiting as (
		select id from trial
		where sweep_id = p_sweep_id and state in ('pending', 'queued') order by id for no key update
	), unsent as (
		delete from outbox using waiting where outbox.trial_id = waiting.id
	), again as (
		update trial set dispatch_no = dispatch_no + 1, redispatches = 0, dispatched_at = null
		from waiting
		where trial.id = waiting.id and trial.state in ('pending', 'queued')
		returning trial.id, trial.dispatch_no, trial.due_at
	)
	insert into outbox (trial_id, dispatch_no, due_at) select id, dispatch_no, due_at from again
$$;
--> statement-breakpoint
-- Starts nothing new; what runs is told to give its trial back. The four verbs answer the state that they found, null for
-- no such sweep; in a state where the verb makes no sense they change nothing.
create function pause_sweep(p_sweep_id text) returns text
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_state text;
begin
	select state into v_state from sweep where id = p_sweep_id for no key update;
	if v_state in ('queued', 'running') then
		update sweep set state = 'paused', paused_at = now() where id = p_sweep_id;
		perform park_waiting_trials(p_sweep_id);
	end if;
	return v_state;
end $$;
--> statement-breakpoint
-- The time that it was paused does not count for its budget of seconds.
create function resume_sweep(p_sweep_id text) returns text
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_state text;
begin
	select state into v_state from sweep where id = p_sweep_id for no key update;
	if v_state = 'paused' then
		update sweep set
			state = case when started_at is null then 'queued' else 'running' end,
			budget_since = coalesce(budget_since, started_at) + (now() - paused_at),
			paused_at = null
		where id = p_sweep_id;
		perform dispatch_waiting_trials(p_sweep_id);
		perform close_sweep(p_sweep_id);
	end if;
	return v_state;
end $$;
--> statement-breakpoint
-- What runs may end, what waits is dropped.
create function stop_sweep(p_sweep_id text, p_reason text) returns text
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_state text;
begin
	select state into v_state from sweep where id = p_sweep_id for no key update;
	if v_state in ('queued', 'running', 'paused') then
		update sweep set state = 'stopping', stop_reason = p_reason where id = p_sweep_id;
		perform wind_down_sweep(p_sweep_id);
	end if;
	return v_state;
end $$;
--> statement-breakpoint
-- Why a sweep has to stop, in a sentence; null while it is within its budget.
create function budget_overrun(p_sweep sweep) returns text
language sql stable set search_path = public, pg_temp as $$
	select case
		when coalesce(p_sweep.budget_since, p_sweep.started_at) < now() - p_sweep.max_seconds * interval '1 second'
		then format('It has run for its budget of %s seconds.', p_sweep.max_seconds)
		when p_sweep.max_failed_trials < (select count(*) from trial where sweep_id = p_sweep.id and state = 'failed')
		then format('More than %s of its trials failed, which is its budget.', p_sweep.max_failed_trials)
	end
$$;
--> statement-breakpoint
-- Stops a sweep that is over its budget; the reconciler then winds it down. One that somebody is changing waits for the next
-- tick.
create function stop_over_budget(p_sweep_id text) returns boolean
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_sweep sweep;
	v_reason text;
begin
	select * into v_sweep from sweep
	where id = p_sweep_id and state in ('queued', 'running') for no key update skip locked;
	v_reason := budget_overrun(v_sweep);
	if v_reason is null then
		return false;
	end if;
	update sweep set state = 'stopping', stop_reason = v_reason where id = p_sweep_id;
	return true;
end $$;
--> statement-breakpoint
-- So many failed seeds of a configuration are tried again: a row that says "no seed succeeded" goes with the last of them.
create function leaderboard_remove_failures(p_sweep_id text, p_configuration_no integer, p_failures integer) returns void
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_left integer;
begin
	update configuration set failed_seeds = failed_seeds - p_failures
	where sweep_id = p_sweep_id and configuration_no = p_configuration_no
	returning failed_seeds into v_left;
	delete from leaderboard_entry
	where sweep_id = p_sweep_id and configuration_no = p_configuration_no
		and succeeded = 0
		and v_left = 0;
	update leaderboard_entry set diverged = exists (
		select from trial
		where sweep_id = p_sweep_id and configuration_no = p_configuration_no and state = 'failed' and reason = 'diverged'
	)
	where sweep_id = p_sweep_id and configuration_no = p_configuration_no and succeeded = 0;
end $$;
--> statement-breakpoint
-- Gives every failed trial of a sweep a new budget; answers the configuration of each. What the failed attempt left is no
-- longer the trial's: its objects belong to nobody and are swept.
create function renew_failed_trials(p_sweep_id text) returns integer[]
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_configurations integer[];
begin
	with failed as (
		select id from trial
		where sweep_id = p_sweep_id and state = 'failed' order by id for no key update
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
-- A sweep that has ended runs again, with a new budget of seconds; in any other state it stays as it is.
create function reopen_sweep(p_sweep_id text) returns void
language sql volatile set search_path = public, pg_temp as $$
	update sweep set
		state = case when started_at is null then 'queued' else 'running' end,
		budget_since = case when started_at is null then null else now() end,
		stop_reason = null, final_counts = null, finished_at = null
	where id = p_sweep_id and finished_at is not null
$$;
--> statement-breakpoint
create function retry_failed_trials(p_sweep_id text, out state text, out retried integer)
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
	v_configurations := renew_failed_trials(p_sweep_id);
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
-- A message that no worker could answer was put aside by the queue: noted once, and its trial gets another if it waits for
-- this one. Answers whether it was new.
create function record_dead_letter(
	p_message_id text, p_body text, p_trial_id text, p_dispatch_no integer, p_receive_count integer
) returns boolean
language plpgsql volatile set search_path = public, pg_temp as $$
begin
	insert into dead_letter (message_id, trial_id, dispatch_no, body, receive_count)
	values (p_message_id, p_trial_id, p_dispatch_no, p_body, p_receive_count)
	on conflict (message_id) do nothing;
	if not found then
		return false;
	end if;
	with again as (
		update trial set dispatch_no = dispatch_no + 1, redispatches = redispatches + 1, dispatched_at = null
		where id = p_trial_id
			and dispatch_no = p_dispatch_no
			and state in ('pending', 'queued')
		returning id, dispatch_no, redispatches
	)
	insert into outbox (trial_id, dispatch_no, due_at)
	select id, dispatch_no, now() + retry_delay(redispatches) from again;
	return true;
end $$;
--> statement-breakpoint
revoke all on function
	is_new_budget,
	park_waiting_trials,
	dispatch_waiting_trials,
	pause_sweep,
	resume_sweep,
	stop_sweep,
	budget_overrun,
	stop_over_budget,
	leaderboard_remove_failures,
	renew_failed_trials,
	reopen_sweep,
	retry_failed_trials,
	record_dead_letter
from public;

-- The state machine of a trial: what may follow what. core/domain/trial-state.ts says the same; a test compares them.
create function guard_trial_state() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
	if old.state in ('succeeded', 'failed', 'pruned', 'cancelled') then
		raise exception 'trial % is % and stays so', old.id, old.state using errcode = 'check_violation';
	end if;
	if (old.state, new.state) not in (
		('pending', 'queued'), ('pending', 'running'), ('pending', 'cancelled'),
		('queued', 'running'), ('queued', 'cancelled'),
		('running', 'queued'), ('running', 'succeeded'), ('running', 'failed'), ('running', 'pruned'), ('running', 'cancelled')
	) then
		raise exception 'trial % cannot go from % to %', old.id, old.state, new.state using errcode = 'check_violation';
	end if;
	return new;
end $$;
--> statement-breakpoint
create trigger trial_state_guard before update on trial for each row
when (old.state is distinct from new.state or old.state in ('succeeded', 'failed', 'pruned', 'cancelled'))
execute function guard_trial_state();
--> statement-breakpoint
-- How often a trial may fail for a reason of this class and still be tried again.
create function failure_budget(p_reason text) returns integer
language sql immutable set search_path = public, pg_temp as $$
	select case p_reason
		when 'infrastructure' then 5
		when 'unknown' then 2
		when 'timeout' then 2
		else 0
	end
$$;
--> statement-breakpoint
-- Exponential back-off with full jitter: up to 2 s after the first failure, doubling, never more than a minute.
create function retry_delay(p_failures integer) returns interval
language sql volatile set search_path = public, pg_temp as $$
	select random() * least(60, 2 ^ least(p_failures, 6)) * interval '1 second'
$$;
--> statement-breakpoint
-- A timestamp as the contracts write it.
create function iso(p_at timestamptz) returns text
language sql stable set search_path = public, pg_temp as $$
	select to_char(p_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- How attempts, trials and sweeps end. Workers do not call these directly, and nobody waits for a sweep's row while
-- holding a trial's (skip locked): cancel takes them in the other order.

-- Ends a sweep whose trials have all ended; answers its new state, or null when it is not done (or is being changed by
-- someone else, who or the reconciler will come back to it).
create function close_sweep(p_sweep_id text) returns text
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
-- Ends what has not started; the trials' rows are taken in the order of their ids, as everywhere.
create function cancel_waiting_trials(p_sweep_id text, p_message text) returns integer
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_cancelled integer;
begin
	with waiting as (
		select id from trial
		where sweep_id = p_sweep_id and state in ('pending', 'queued') order by id for no key update
	), cancelled as (
		update trial set state = 'cancelled', message = p_message, finished_at = now()
		from waiting
		where trial.id = waiting.id and trial.state in ('pending', 'queued')
		returning trial.id
	), unsent as (
		delete from outbox using cancelled where outbox.trial_id = cancelled.id
	)
	select count(*) into v_cancelled from cancelled;
	return v_cancelled;
end $$;
--> statement-breakpoint
-- Brings a stopping or cancelling sweep on its way: what waits ends now, what runs is told so when cancelling. A trial
-- that changes hands meanwhile can escape one statement's view; the reconciler calls this again until the sweep is
-- closed. Answers how many trials it cancelled.
create function wind_down_sweep(p_sweep_id text) returns integer
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_sweep sweep;
	v_cancelled integer;
begin
	select * into v_sweep from sweep where id = p_sweep_id and state in ('stopping', 'cancelling');
	if not found then
		return 0;
	end if;
	v_cancelled := cancel_waiting_trials(p_sweep_id, v_sweep.stop_reason);
	if v_sweep.state = 'cancelling' then
		update trial set cancel_requested_at = now()
		from (
			select id from trial
			where sweep_id = p_sweep_id and state = 'running' and cancel_requested_at is null order by id for no key update
		) as running
		where trial.id = running.id and trial.state = 'running' and trial.cancel_requested_at is null;
	end if;
	perform close_sweep(p_sweep_id);
	return v_cancelled;
end $$;
--> statement-breakpoint
create function remember_device(p_device jsonb) returns text
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_key text := p_device ->> 'key';
begin
	if v_key is null or exists (select from device where key = v_key and body = p_device) then
		return v_key;
	end if;
	insert into device (key, body) values (v_key, p_device) on conflict (key) do update set body = excluded.body;
	return v_key;
end $$;
--> statement-breakpoint
create function store_artifacts(p_trial_id text, p_attempt_no integer, p_artifacts jsonb) returns void
language sql volatile set search_path = public, pg_temp as $$
	insert into artifact (trial_id, name, attempt_no, key, size_bytes, sha256, content_type)
	select p_trial_id, file.name, p_attempt_no, file.key, file."sizeBytes", file.sha256, file."contentType"
	from jsonb_to_recordset(p_artifacts)
		as file (name text, key text, "sizeBytes" bigint, sha256 text, "contentType" text)
$$;
--> statement-breakpoint
-- Puts a running trial back in the queue, if this attempt still has it.
create function requeue_trial(p_trial_id text, p_attempt_no integer, p_delay interval) returns boolean
language plpgsql volatile set search_path = public, pg_temp as $$
begin
	with requeued as (
		update trial set
			state = 'queued', dispatch_no = dispatch_no + 1, due_at = now() + p_delay,
			lease_expires_at = null, dispatched_at = null, epochs_done = 0
		where id = p_trial_id and attempt_no = p_attempt_no and state = 'running'
		returning id, dispatch_no, due_at
	)
	insert into outbox (trial_id, dispatch_no, due_at) select id, dispatch_no, due_at from requeued;
	return found;
end $$;
--> statement-breakpoint
-- Ends a running trial as cancelled, if this attempt still has it.
create function cancel_running_trial(p_trial_id text, p_attempt_no integer) returns boolean
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_sweep_id text;
begin
	update trial set
		state = 'cancelled', lease_expires_at = null, finished_at = now(),
		message = coalesce(message, 'Cancelled while it was running.')
	where id = p_trial_id and attempt_no = p_attempt_no and state = 'running'
	returning sweep_id into v_sweep_id;
	if not found then
		return false;
	end if;
	update attempt set outcome = 'cancelled', ended_at = now()
	where trial_id = p_trial_id and attempt_no = p_attempt_no;
	perform close_sweep(v_sweep_id);
	return true;
end $$;
--> statement-breakpoint
-- Ends an attempt that did not succeed: the trial is tried again while its budget for this class of failure lasts and
-- somebody still wants it, else it has failed. Answers the trial's new state, or null when the attempt was fenced.
create function fail_attempt(
	p_trial_id text, p_attempt_no integer, p_outcome text, p_reason text, p_message text,
	p_device_key text, p_artifacts jsonb
) returns text
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_trial trial;
	v_failures integer;
	v_state text;
begin
	update trial set
		infrastructure_failures = infrastructure_failures + (p_reason = 'infrastructure')::integer,
		unknown_failures = unknown_failures + (p_reason in ('unknown', 'timeout'))::integer
	where id = p_trial_id and attempt_no = p_attempt_no and state = 'running'
	returning * into v_trial;
	if not found then
		return null;
	end if;
	update attempt set
		outcome = p_outcome, reason = p_reason, message = left(p_message, 2000), device_key = p_device_key, ended_at = now()
	where trial_id = p_trial_id and attempt_no = p_attempt_no;

	v_failures := case p_reason when 'infrastructure' then v_trial.infrastructure_failures else v_trial.unknown_failures end;
	if failure_budget(p_reason) > 0 and v_failures <= failure_budget(p_reason) then
		select state into v_state from sweep where id = v_trial.sweep_id;
		if v_trial.cancel_requested_at is null and v_state not in ('stopping', 'cancelling') then
			perform requeue_trial(p_trial_id, p_attempt_no, retry_delay(v_failures));
			return 'queued';
		end if;
		-- It may be tried again, but nobody waits for it any more.
		update trial set
			state = 'cancelled', lease_expires_at = null, finished_at = now(),
			message = 'Its sweep ended before it could be tried again.'
		where id = p_trial_id and attempt_no = p_attempt_no and state = 'running';
		perform close_sweep(v_trial.sweep_id);
		return 'cancelled';
	end if;

	update trial set
		state = 'failed', reason = p_reason, message = left(p_message, 2000), device_key = p_device_key,
		lease_expires_at = null, finished_at = now()
	where id = p_trial_id and attempt_no = p_attempt_no and state = 'running';
	perform store_artifacts(p_trial_id, p_attempt_no, p_artifacts);
	perform leaderboard_add_failure(
		v_trial.sweep_id, v_trial.configuration_no, coalesce(p_device_key, ''), p_reason = 'diverged'
	);
	perform close_sweep(v_trial.sweep_id);
	return 'failed';
end $$;
--> statement-breakpoint
-- The lease ran out and nobody renewed it: the worker is taken for dead. Null when it has been renewed or given back.
create function expire_lease(p_trial_id text, p_attempt_no integer) returns text
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_cancel boolean;
begin
	select cancel_requested_at is not null into v_cancel from trial
	where id = p_trial_id and lease_expires_at < now() for no key update;
	if not found then
		return null;
	end if;
	if v_cancel then
		return case when cancel_running_trial(p_trial_id, p_attempt_no) then 'cancelled' end;
	end if;
	return fail_attempt(
		p_trial_id, p_attempt_no, 'lost', 'infrastructure', 'The worker stopped renewing its lease.', null, '[]'
	);
end $$;
--> statement-breakpoint
-- The worker was told to cancel and did not in time; from here on it is fenced.
create function enforce_cancel(p_trial_id text, p_attempt_no integer, p_bound_seconds double precision) returns boolean
language plpgsql volatile set search_path = public, pg_temp as $$
begin
	perform from trial
	where id = p_trial_id and cancel_requested_at < now() - p_bound_seconds * interval '1 second' for no key update;
	return found and cancel_running_trial(p_trial_id, p_attempt_no);
end $$;
--> statement-breakpoint
-- The queue has taken these messages. Trials first, then the outbox: cancel takes them in this order too.
create function mark_dispatched(p_trial_ids text[], p_dispatch_nos integer[]) returns void
language plpgsql volatile set search_path = public, pg_temp as $$
begin
	update trial set state = 'queued', dispatched_at = now()
	from (
		select trial.id
		from trial join unnest(p_trial_ids, p_dispatch_nos) as sent (trial_id, dispatch_no)
			on sent.trial_id = trial.id and sent.dispatch_no = trial.dispatch_no
		where trial.state in ('pending', 'queued') order by trial.id for no key update of trial
	) as waiting
	where trial.id = waiting.id;
	delete from outbox using unnest(p_trial_ids, p_dispatch_nos) as sent (trial_id, dispatch_no)
	where outbox.trial_id = sent.trial_id and outbox.dispatch_no = sent.dispatch_no;
end $$;

ALTER TABLE "artifact" DROP CONSTRAINT "artifact_trial_id_trial_id_fk";
--> statement-breakpoint
ALTER TABLE "attempt" DROP CONSTRAINT "attempt_trial_id_trial_id_fk";
--> statement-breakpoint
ALTER TABLE "checkpoint" DROP CONSTRAINT "checkpoint_trial_id_trial_id_fk";
--> statement-breakpoint
ALTER TABLE "epoch" DROP CONSTRAINT "epoch_trial_id_trial_id_fk";
--> statement-breakpoint
ALTER TABLE "result" DROP CONSTRAINT "result_trial_id_trial_id_fk";
--> statement-breakpoint
ALTER TABLE "trial" ADD COLUMN "has_checkpoints" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
update trial set has_checkpoints = true
where finished_at is null and id in (select trial_id from checkpoint);
--> statement-breakpoint
-- Claiming and finishing are many small statements, of which starting them is the most. So they become fewer, and what a WHEN
-- compares becomes short: Postgres reads a trigger's WHEN anew for each statement. docs/performance.md has the microseconds.
drop trigger trial_state_guard on trial;
--> statement-breakpoint
drop trigger trial_end_drops_checkpoints on trial;
--> statement-breakpoint
-- By the CHECKs of `trial`, a trial that runs has a lease and one that has ended its end. So the function is asked about every
-- change but two: what has not ended begins to run or goes on, and what runs ends. Both are always allowed.
create trigger trial_state_guard before update on trial for each row
when (
	old.finished_at is not null
	or old.budget_no <> new.budget_no
	or (new.lease_expires_at is null and (old.lease_expires_at is null or new.finished_at is null))
)
execute function guard_trial_state();
--> statement-breakpoint
create trigger trial_end_drops_checkpoints after update on trial for each row
when (new.has_checkpoints and new.finished_at is not null)
execute function drop_checkpoints();
--> statement-breakpoint
-- A body that is parsed when it is made needs no search path, and without one the planner puts it in the place of the call.
create or replace function lease_length(p_seconds double precision) returns interval
language sql immutable return least(greatest(p_seconds, 0.05), 3600) * interval '1 second';
--> statement-breakpoint
create or replace function iso(p_at timestamptz) returns text
language sql stable return to_char(p_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
--> statement-breakpoint
create or replace function claim_trial(p_trial_id text, p_worker_id text, p_lease_seconds double precision) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp set enable_seqscan = off as $$
declare
	v record;
	v_checkpoints jsonb := '[]';
	v_epoch integer := 0;
begin
	-- `pending` too: the message can be here before the relay has noted that it was sent.
	update trial set
		state = 'running', attempt_no = trial.attempt_no + 1, epochs_done = 0, redispatches = 0, dispatched_at = null,
		lease_expires_at = clock_timestamp() + lease_length(p_lease_seconds),
		started_at = coalesce(trial.started_at, now())
	from sweep, configuration
	where trial.id = p_trial_id and trial.state in ('pending', 'queued') and trial.due_at <= now()
		and sweep.id = trial.sweep_id and sweep.state in ('queued', 'running')
		and configuration.sweep_id = trial.sweep_id and configuration.configuration_no = trial.configuration_no
	returning
		trial.sweep_id, trial.attempt_no, trial.seed, trial.lease_expires_at, sweep.state as sweep_state, sweep.training,
		configuration.batch_size, configuration.eta, configuration.lambda
	into v;
	if not found then
		return null;
	end if;
	if v.attempt_no > 1 then
		select
			coalesce(jsonb_agg(jsonb_build_object(
				'epoch', epoch, 'key', key, 'sizeBytes', size_bytes, 'sha256', sha256
			) order by epoch desc), '[]'),
			coalesce(max(epoch), 0)
		into v_checkpoints, v_epoch
		from checkpoint where trial_id = p_trial_id;
		-- What came after the newest checkpoint is trained again.
		delete from epoch where trial_id = p_trial_id and epoch > v_epoch;
		update trial set epochs_done = v_epoch where id = p_trial_id and epochs_done <> v_epoch;
	end if;
	-- With nothing to go on from it is known at once where the attempt begins.
	insert into attempt (trial_id, attempt_no, worker_id, resumed_epoch)
	values (p_trial_id, v.attempt_no, p_worker_id, case when v_epoch = 0 then 0 end);
	if v.sweep_state = 'queued' then
		update sweep set state = 'running', started_at = coalesce(started_at, now())
		where id = (select id from sweep where id = v.sweep_id and state = 'queued' for no key update skip locked);
	end if;
	if not exists (select from worker where id = p_worker_id and seen_at >= now() - interval '10 seconds') then
		insert into worker (id) values (p_worker_id) on conflict (id) do update set seen_at = now();
	end if;
	return v.training || jsonb_build_object(
		'trialId', p_trial_id,
		'sweepId', v.sweep_id,
		'attemptNo', v.attempt_no,
		'configuration', jsonb_build_object('batchSize', v.batch_size, 'eta', v.eta, 'lambda', v.lambda),
		'seed', v.seed,
		'checkpoints', v_checkpoints,
		'leaseExpiresAt', iso(v.lease_expires_at)
	);
end $$;
--> statement-breakpoint
create or replace function record_checkpoint(p_trial_id text, p_attempt_no integer, p_checkpoint jsonb) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp set enable_seqscan = off as $$
declare
	v_epoch integer := (p_checkpoint ->> 'epoch')::integer;
	v_epochs_done integer;
	v_unneeded jsonb;
begin
	update trial set has_checkpoints = true
	where id = p_trial_id and attempt_no = p_attempt_no and state = 'running'
	returning epochs_done into v_epochs_done;
	if not found then
		return null;
	end if;
	if v_epoch > v_epochs_done then
		-- Who went on from it would leave a hole in the curve.
		raise exception 'trial % has % epochs: a checkpoint of epoch % comes too early', p_trial_id, v_epochs_done, v_epoch
			using errcode = 'check_violation';
	end if;
	insert into checkpoint (trial_id, epoch, attempt_no, key, size_bytes, sha256)
	values (
		p_trial_id, v_epoch, p_attempt_no,
		p_checkpoint ->> 'key', (p_checkpoint ->> 'sizeBytes')::bigint, p_checkpoint ->> 'sha256'
	)
	on conflict (trial_id, epoch) do update set
		attempt_no = excluded.attempt_no, key = excluded.key, size_bytes = excluded.size_bytes, sha256 = excluded.sha256;
	with unneeded as (
		delete from checkpoint
		where trial_id = p_trial_id and epoch not in (
			select epoch from checkpoint where trial_id = p_trial_id order by epoch desc limit 2
		)
		returning key
	)
	select coalesce(jsonb_agg(key), '[]') into v_unneeded from unneeded;
	return v_unneeded;
end $$;
--> statement-breakpoint
drop function leaderboard_add_success(text, integer, text);
--> statement-breakpoint
drop function refresh_leaderboard_entry(text, integer, text);
--> statement-breakpoint
-- Of a configuration's second seed on a device and those after it; the caller holds the configuration's row.
create function refresh_leaderboard_entry(p_sweep_id text, p_configuration_no integer, p_device_key text) returns void
language plpgsql volatile set search_path = public, pg_temp as $$
begin
	update leaderboard_entry as entry set
		succeeded = seeds.succeeded,
		best_mean = seeds.best_mean, best_std = seeds.best_std, final_mean = seeds.final_mean, final_std = seeds.final_std,
		epoch_seconds_low = seeds.quartiles[1], epoch_seconds_median = seeds.quartiles[2],
		epoch_seconds_high = seeds.quartiles[3],
		epoch_seconds_mean = seeds.seconds_mean, epoch_seconds_std = seeds.seconds_std,
		update_seconds_median = seeds.update_seconds_median,
		best_trial_id = seeds.best_trial_id, final_best_trial_id = seeds.final_best_trial_id
	from (
		select
			count(*) as succeeded,
			avg(val_accuracy) as best_mean, stddev_samp(val_accuracy) as best_std,
			avg(final_val_accuracy) as final_mean, stddev_samp(final_val_accuracy) as final_std,
			percentile_cont(array[0.25, 0.5, 0.75]) within group (order by epoch_seconds) as quartiles,
			avg(epoch_seconds) as seconds_mean, stddev_samp(epoch_seconds) as seconds_std,
			percentile_cont(0.5) within group (order by update_seconds) as update_seconds_median,
			(array_agg(trial_id order by val_accuracy desc, seed))[1] as best_trial_id,
			(array_agg(trial_id order by final_val_accuracy desc, seed))[1] as final_best_trial_id
		from result
		where sweep_id = p_sweep_id and configuration_no = p_configuration_no and device_key = p_device_key
	) as seeds
	where entry.sweep_id = p_sweep_id and entry.configuration_no = p_configuration_no and entry.device_key = p_device_key;
end $$;
--> statement-breakpoint
create function remember_worker_device(p_worker_id text, p_device jsonb) returns void
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_key text := remember_device(p_device);
begin
	update worker set device_key = v_key where id = p_worker_id and device_key is distinct from v_key;
end $$;
--> statement-breakpoint
-- Rows are taken in this order by all that end a trial: trial, attempt, device, worker, configuration.
create or replace function finish_trial(
	p_trial_id text, p_attempt_no integer, p_result jsonb, p_device jsonb, p_artifacts jsonb
) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp set enable_seqscan = off as $$
declare
	v_device_key text := p_device ->> 'key';
	v_accuracy double precision := p_result ->> 'valAccuracy';
	v_final_accuracy double precision := p_result ->> 'finalValAccuracy';
	v_epoch_seconds double precision := p_result ->> 'epochSecondsMedian';
	v_update_seconds double precision := p_result ->> 'updateSecondsMedian';
	v record;
	v_worker_id text;
	v_board record;
begin
	update trial set
		state = 'succeeded', epochs_done = (p_result ->> 'epochs')::integer, device_key = v_device_key,
		lease_expires_at = null, finished_at = now()
	where id = p_trial_id and attempt_no = p_attempt_no and state = 'running'
	returning sweep_id, configuration_no, seed, batch_size into v;
	if not found then
		return false;
	end if;
	update attempt set outcome = 'succeeded', device_key = v_device_key, ended_at = now()
	where trial_id = p_trial_id and attempt_no = p_attempt_no
	returning worker_id into v_worker_id;
	if not exists (
		select from worker join device on device.key = worker.device_key
		where worker.id = v_worker_id and device.key = v_device_key and device.body = p_device
	) then
		perform remember_worker_device(v_worker_id, p_device);
	end if;
	insert into result (
		trial_id, sweep_id, configuration_no, seed, device_key,
		val_accuracy, final_val_accuracy, epoch_seconds, update_seconds, body
	) values (
		p_trial_id, v.sweep_id, v.configuration_no, v.seed, v_device_key,
		v_accuracy, v_final_accuracy, v_epoch_seconds, v_update_seconds, p_result
	);
	if p_artifacts <> '[]' then
		perform store_artifacts(p_trial_id, p_attempt_no, p_artifacts);
	end if;
	-- Seeds of one configuration end one after the other: one that fails has to see whether another has succeeded.
	select configuration.*, sweep.dataset, sweep.model, exists (
		select from speed
		where speed.device_key = v_device_key and speed.dataset = sweep.dataset and speed.model = sweep.training -> 'model'
			and speed.batch_size = v.batch_size and measured_at > now() - interval '10 seconds'
	) as speed_is_known
	into v_board
	from configuration join sweep on sweep.id = sweep_id
	where sweep_id = v.sweep_id and configuration_no = v.configuration_no for no key update of configuration;
	if v_board.failed_seeds > 0 then
		-- The row that said "no seed succeeded" is no longer true.
		delete from leaderboard_entry
		where sweep_id = v.sweep_id and configuration_no = v.configuration_no and succeeded = 0;
	end if;
	insert into leaderboard_entry (
		sweep_id, configuration_no, device_key, dataset, model, hash, batch_size, eta, lambda, succeeded, diverged,
		best_mean, final_mean, epoch_seconds_median, epoch_seconds_low, epoch_seconds_high, epoch_seconds_mean,
		update_seconds_median, best_trial_id, final_best_trial_id
	) values (
		v.sweep_id, v.configuration_no, v_device_key, v_board.dataset, v_board.model, v_board.hash,
		v_board.batch_size, v_board.eta, v_board.lambda, 1, false,
		v_accuracy, v_final_accuracy, v_epoch_seconds, v_epoch_seconds, v_epoch_seconds, v_epoch_seconds,
		v_update_seconds, p_trial_id, p_trial_id
	) on conflict do nothing;
	if not found then
		perform refresh_leaderboard_entry(v.sweep_id, v.configuration_no, v_device_key);
	end if;
	if not v_board.speed_is_known then
		perform remember_speed(v.sweep_id, v_device_key, v.batch_size, p_result);
	end if;
	if not exists (select from trial where sweep_id = v.sweep_id and state in ('pending', 'queued', 'running')) then
		perform close_sweep(v.sweep_id);
	end if;
	return true;
end $$;
--> statement-breakpoint
-- The device before the configuration, as in finish_trial: the other way round, two workers could wait for each other.
create or replace function fail_trial(
	p_trial_id text, p_attempt_no integer, p_reason text, p_message text, p_device jsonb, p_artifacts jsonb
) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp set enable_seqscan = off as $$
begin
	if p_reason not in ('diverged', 'out_of_memory', 'bad_config', 'infrastructure', 'timeout', 'unknown') then
		raise exception 'no such reason: %', p_reason using errcode = 'check_violation';
	end if;
	perform from trial where id = p_trial_id and attempt_no = p_attempt_no and state = 'running' for no key update;
	if not found then
		return false;
	end if;
	perform remember_device(p_device);
	return fail_attempt(
		p_trial_id, p_attempt_no, 'failed', p_reason, p_message, p_device ->> 'key', p_artifacts
	) is not null;
end $$;
--> statement-breakpoint
-- Now also the curve of the failed attempt: until the next claim it would be shown as the renewed trial's.
create or replace function renew_failed_trials(p_sweep_id text, p_only text default null) returns integer[]
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
	), forgotten as (
		delete from epoch using renewed where epoch.trial_id = renewed.id
	), dispatched as (
		insert into outbox (trial_id, dispatch_no, due_at) select id, dispatch_no, due_at from renewed
	)
	select coalesce(array_agg(configuration_no), '{}') into v_configurations from renewed;
	return v_configurations;
end $$;
--> statement-breakpoint
revoke all on function refresh_leaderboard_entry, remember_worker_device from public;

-- All that a worker can do. Each checks id, attempt number and `running` in the statement that locks the trial's row:
-- an attempt whose lease was given to another changes nothing (it is fenced).

create function lease_length(p_seconds double precision) returns interval
language sql immutable set search_path = public, pg_temp as $$
	select least(greatest(p_seconds, 0.05), 3600) * interval '1 second'
$$;
--> statement-breakpoint
create function claim_trial(p_trial_id text, p_worker_id text, p_lease_seconds double precision) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
	v record;
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
	insert into attempt (trial_id, attempt_no, worker_id) values (p_trial_id, v.attempt_no, p_worker_id);
	if v.attempt_no > 1 then
		-- The new attempt starts at epoch 1: the old curve does not lead to its result.
		delete from epoch where trial_id = p_trial_id;
	end if;
	if v.sweep_state = 'queued' then
		update sweep set state = 'running', started_at = coalesce(started_at, now())
		where id = (select id from sweep where id = v.sweep_id and state = 'queued' for no key update skip locked);
	end if;
	insert into worker (id) values (p_worker_id)
	on conflict (id) do update set seen_at = now() where worker.seen_at < now() - interval '10 seconds';
	return v.training || jsonb_build_object(
		'trialId', p_trial_id,
		'sweepId', v.sweep_id,
		'attemptNo', v.attempt_no,
		'configuration', jsonb_build_object('batchSize', v.batch_size, 'eta', v.eta, 'lambda', v.lambda),
		'seed', v.seed,
		'leaseExpiresAt', iso(v.lease_expires_at)
	);
end $$;
--> statement-breakpoint
create function heartbeat_trial(p_trial_id text, p_attempt_no integer, p_lease_seconds double precision) returns text
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
	v_cancel boolean;
begin
	update trial set
		lease_expires_at = clock_timestamp() + lease_length(p_lease_seconds)
	where id = p_trial_id and attempt_no = p_attempt_no and state = 'running'
	returning cancel_requested_at is not null into v_cancel;
	if not found then
		return 'fenced';
	end if;
	update worker set seen_at = now()
	from attempt
	where attempt.trial_id = p_trial_id and attempt.attempt_no = p_attempt_no
		and worker.id = attempt.worker_id and worker.seen_at < now() - interval '1 minute';
	return case when v_cancel then 'cancel' else 'continue' end;
end $$;
--> statement-breakpoint
create function record_epoch(p_trial_id text, p_attempt_no integer, p_metrics jsonb) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
	with holder as (
		update trial set epochs_done = greatest(epochs_done, (p_metrics ->> 'epoch')::integer)
		where id = p_trial_id and attempt_no = p_attempt_no and state = 'running'
		returning id
	)
	insert into epoch (
		trial_id, epoch, attempt_no, updates, train_loss, train_accuracy, val_loss, val_accuracy,
		epoch_seconds, validation_seconds
	)
	select
		holder.id, m.epoch, p_attempt_no, m.updates, m."trainLoss", m."trainAccuracy", m."valLoss", m."valAccuracy",
		m."epochSeconds", m."validationSeconds"
	from holder, jsonb_to_record(p_metrics) as m (
		epoch integer, updates bigint, "trainLoss" double precision, "trainAccuracy" double precision,
		"valLoss" double precision, "valAccuracy" double precision,
		"epochSeconds" double precision, "validationSeconds" double precision
	)
	on conflict (trial_id, epoch) do update set
		attempt_no = excluded.attempt_no, updates = excluded.updates,
		train_loss = excluded.train_loss, train_accuracy = excluded.train_accuracy,
		val_loss = excluded.val_loss, val_accuracy = excluded.val_accuracy,
		epoch_seconds = excluded.epoch_seconds, validation_seconds = excluded.validation_seconds,
		recorded_at = excluded.recorded_at;
	return found;
end $$;
--> statement-breakpoint
-- Keeps what a trial measured for estimates, at most every ten seconds: this row is shared by many trials.
create function remember_speed(p_sweep_id text, p_device_key text, p_batch_size integer, p_result jsonb) returns void
language plpgsql volatile set search_path = public, pg_temp as $$
declare
	v_dataset text;
	v_model jsonb;
begin
	select dataset, training -> 'model' into v_dataset, v_model from sweep where id = p_sweep_id;
	if exists (
		select from speed
		where device_key = p_device_key and dataset = v_dataset and model = v_model and batch_size = p_batch_size
			and measured_at > now() - interval '10 seconds'
	) then
		return;
	end if;
	insert into speed (
		device_key, dataset, model, batch_size, update_seconds, epoch_overhead_seconds, trial_overhead_seconds
	) values (
		p_device_key, v_dataset, v_model, p_batch_size,
		(p_result ->> 'updateSecondsMedian')::double precision,
		(p_result ->> 'validationSeconds')::double precision / (p_result ->> 'epochs')::double precision,
		(p_result ->> 'loadSeconds')::double precision + (p_result ->> 'compileSeconds')::double precision
			+ (p_result ->> 'artifactSeconds')::double precision
	)
	on conflict (device_key, dataset, model, batch_size) do update set
		update_seconds = excluded.update_seconds, epoch_overhead_seconds = excluded.epoch_overhead_seconds,
		trial_overhead_seconds = excluded.trial_overhead_seconds, measured_at = excluded.measured_at;
end $$;
--> statement-breakpoint
create function finish_trial(
	p_trial_id text, p_attempt_no integer, p_result jsonb, p_device jsonb, p_artifacts jsonb
) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
	v_trial trial;
	v_device_key text := p_device ->> 'key';
	v_worker_id text;
begin
	update trial set
		state = 'succeeded', epochs_done = (p_result ->> 'epochs')::integer, device_key = v_device_key,
		lease_expires_at = null, finished_at = now()
	where id = p_trial_id and attempt_no = p_attempt_no and state = 'running'
	returning * into v_trial;
	if not found then
		return false;
	end if;
	perform remember_device(p_device);
	update attempt set outcome = 'succeeded', device_key = v_device_key, ended_at = now()
	where trial_id = p_trial_id and attempt_no = p_attempt_no
	returning worker_id into v_worker_id;
	update worker set device_key = v_device_key where id = v_worker_id and device_key is distinct from v_device_key;
	insert into result (
		trial_id, sweep_id, configuration_no, seed, device_key,
		val_accuracy, final_val_accuracy, epoch_seconds, update_seconds, body
	) values (
		p_trial_id, v_trial.sweep_id, v_trial.configuration_no, v_trial.seed, v_device_key,
		(p_result ->> 'valAccuracy')::double precision, (p_result ->> 'finalValAccuracy')::double precision,
		(p_result ->> 'epochSecondsMedian')::double precision, (p_result ->> 'updateSecondsMedian')::double precision,
		p_result
	);
	perform store_artifacts(p_trial_id, p_attempt_no, p_artifacts);
	perform leaderboard_add_success(v_trial.sweep_id, v_trial.configuration_no, v_device_key);
	perform remember_speed(v_trial.sweep_id, v_device_key, v_trial.batch_size, p_result);
	perform close_sweep(v_trial.sweep_id);
	return true;
end $$;
--> statement-breakpoint
create function fail_trial(
	p_trial_id text, p_attempt_no integer, p_reason text, p_message text, p_device jsonb, p_artifacts jsonb
) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
	if p_reason not in ('diverged', 'out_of_memory', 'bad_config', 'infrastructure', 'timeout', 'unknown') then
		raise exception 'no such reason: %', p_reason using errcode = 'check_violation';
	end if;
	if fail_attempt(p_trial_id, p_attempt_no, 'failed', p_reason, p_message, p_device ->> 'key', p_artifacts) is null then
		return false;
	end if;
	perform remember_device(p_device);
	return true;
end $$;
--> statement-breakpoint
-- Gives the trial back without its having failed (SIGTERM, a deploy); it is due at once. The two ways out check the fence.
create function release_trial(p_trial_id text, p_attempt_no integer) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
	v_unwanted boolean;
begin
	select trial.cancel_requested_at is not null or sweep.state in ('stopping', 'cancelling') into v_unwanted
	from trial join sweep on sweep.id = trial.sweep_id
	where trial.id = p_trial_id for no key update of trial;
	if v_unwanted then
		return cancel_running_trial(p_trial_id, p_attempt_no);
	end if;
	if not requeue_trial(p_trial_id, p_attempt_no, interval '0') then
		return false;
	end if;
	update attempt set outcome = 'released', ended_at = now()
	where trial_id = p_trial_id and attempt_no = p_attempt_no;
	return true;
end $$;
--> statement-breakpoint
-- The worker has stopped a trial because it was told to; without a request nothing changes.
create function acknowledge_cancel(p_trial_id text, p_attempt_no integer) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
	perform from trial where id = p_trial_id and cancel_requested_at is not null for no key update;
	return found and cancel_running_trial(p_trial_id, p_attempt_no);
end $$;

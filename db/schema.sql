-- Made by `node db/dump-schema.ts` from the migrations; a test compares it. Do not edit.

create table api_token (
	id text not null,
	project_id text not null,
	name text not null,
	scope text not null,
	hmac bytea not null,
	created_at timestamp with time zone not null default now(),
	expires_at timestamp with time zone,
	revoked_at timestamp with time zone,
	last_used_at timestamp with time zone,
	constraint api_token_hmac CHECK ((length(hmac) = 32)),
	constraint api_token_pkey PRIMARY KEY (id),
	constraint api_token_project_id_project_id_fk FOREIGN KEY (project_id) REFERENCES project(id),
	constraint api_token_scope CHECK ((scope = ANY (ARRAY['read'::text, 'submit'::text, 'admin'::text])))
);

create table artifact (
	trial_id text not null,
	name text not null,
	attempt_no integer not null,
	key text not null,
	size_bytes bigint not null,
	sha256 text not null,
	content_type text not null,
	constraint artifact_trial_id_name_pk PRIMARY KEY (trial_id, name)
);

create table attempt (
	trial_id text not null,
	attempt_no integer not null,
	worker_id text not null,
	device_key text,
	outcome text,
	reason text,
	message text,
	started_at timestamp with time zone not null default now(),
	ended_at timestamp with time zone,
	resumed_epoch integer,
	constraint attempt_ended CHECK (((ended_at IS NOT NULL) = (outcome IS NOT NULL))),
	constraint attempt_outcome CHECK ((outcome = ANY (ARRAY['succeeded'::text, 'failed'::text, 'released'::text, 'lost'::text, 'cancelled'::text]))),
	constraint attempt_trial_id_attempt_no_pk PRIMARY KEY (trial_id, attempt_no)
);

create table baseline (
	name text not null,
	sweep_id text not null,
	sweep_name text not null,
	dataset text not null,
	model text not null,
	configurations integer not null,
	trials integer not null,
	side jsonb not null,
	set_at timestamp with time zone not null default now(),
	project_id text not null default 'prj_00000000000000000000000000'::text,
	constraint baseline_project_id_name_pk PRIMARY KEY (project_id, name),
	constraint baseline_project_id_project_id_fk FOREIGN KEY (project_id) REFERENCES project(id)
);

create table checkpoint (
	trial_id text not null,
	epoch integer not null,
	attempt_no integer not null,
	key text not null,
	size_bytes bigint not null,
	sha256 text not null,
	created_at timestamp with time zone not null default now(),
	constraint checkpoint_trial_id_epoch_pk PRIMARY KEY (trial_id, epoch)
);

create table configuration (
	sweep_id text not null,
	configuration_no integer not null,
	hash text not null,
	batch_size integer not null,
	eta double precision not null,
	lambda double precision not null,
	failed_seeds integer not null default 0,
	constraint configuration_sweep_id_configuration_no_pk PRIMARY KEY (sweep_id, configuration_no)
);

create table dataset (
	id text not null,
	name text not null,
	upload jsonb not null,
	facts jsonb,
	sha256 text,
	size_bytes bigint,
	created_at timestamp with time zone not null default now(),
	ready_at timestamp with time zone,
	project_id text not null default 'prj_00000000000000000000000000'::text,
	constraint dataset_pkey PRIMARY KEY (id),
	constraint dataset_project_id_project_id_fk FOREIGN KEY (project_id) REFERENCES project(id),
	constraint dataset_ready CHECK ((num_nulls(facts, sha256, size_bytes, ready_at) = ANY (ARRAY[0, 4])))
);

create table dead_letter (
	message_id text not null,
	trial_id text,
	dispatch_no integer,
	body text not null,
	receive_count integer not null,
	recorded_at timestamp with time zone not null default now(),
	constraint dead_letter_pkey PRIMARY KEY (message_id)
);

create table deleted_sweep (
	id text not null,
	deleted_at timestamp with time zone not null default now(),
	constraint deleted_sweep_pkey PRIMARY KEY (id)
);

create table device (
	key text not null,
	body jsonb not null,
	constraint device_pkey PRIMARY KEY (key)
);

create table drainer (
	job_id text not null,
	submitted_at timestamp with time zone not null default now(),
	constraint drainer_pkey PRIMARY KEY (job_id)
);

create table epoch (
	trial_id text not null,
	epoch integer not null,
	attempt_no integer not null,
	updates bigint not null,
	train_loss double precision,
	train_accuracy double precision,
	val_loss double precision,
	val_accuracy double precision,
	epoch_seconds double precision not null,
	validation_seconds double precision not null,
	recorded_at timestamp with time zone not null default now(),
	constraint epoch_trial_id_epoch_pk PRIMARY KEY (trial_id, epoch)
);

create table idempotency (
	key text not null,
	body_hash text not null,
	sweep_id text not null,
	status integer not null,
	body json not null,
	created_at timestamp with time zone not null default now(),
	project_id text not null default 'prj_00000000000000000000000000'::text,
	constraint idempotency_project_id_key_pk PRIMARY KEY (project_id, key),
	constraint idempotency_project_id_project_id_fk FOREIGN KEY (project_id) REFERENCES project(id),
	constraint idempotency_sweep_id_sweep_id_fk FOREIGN KEY (sweep_id) REFERENCES sweep(id) ON DELETE CASCADE
);

create table leaderboard_entry (
	sweep_id text not null,
	configuration_no integer not null,
	device_key text not null,
	hash text not null,
	batch_size integer not null,
	eta double precision not null,
	lambda double precision not null,
	succeeded integer not null,
	diverged boolean not null,
	best_mean double precision,
	best_std double precision,
	final_mean double precision,
	final_std double precision,
	epoch_seconds_median double precision,
	epoch_seconds_low double precision,
	epoch_seconds_high double precision,
	epoch_seconds_mean double precision,
	epoch_seconds_std double precision,
	update_seconds_median double precision,
	best_trial_id text,
	final_best_trial_id text,
	dataset text not null,
	model text not null,
	constraint leaderboard_entry_sweep_id_configuration_no_device_key_pk PRIMARY KEY (sweep_id, configuration_no, device_key)
);

create table outbox (
	trial_id text not null,
	dispatch_no integer not null,
	due_at timestamp with time zone not null default now(),
	constraint outbox_trial_id_dispatch_no_pk PRIMARY KEY (trial_id, dispatch_no)
);

create table project (
	id text not null,
	name text not null,
	max_queued_trials bigint,
	created_at timestamp with time zone not null default now(),
	constraint project_name_unique UNIQUE (name),
	constraint project_pkey PRIMARY KEY (id)
);

create table result (
	trial_id text not null,
	sweep_id text not null,
	configuration_no integer not null,
	seed integer not null,
	device_key text not null,
	val_accuracy double precision not null,
	final_val_accuracy double precision not null,
	epoch_seconds double precision not null,
	update_seconds double precision not null,
	body jsonb not null,
	constraint result_pkey PRIMARY KEY (trial_id)
);

create table speed (
	device_key text not null,
	dataset text not null,
	model jsonb not null,
	batch_size integer not null,
	update_seconds double precision not null,
	epoch_overhead_seconds double precision not null,
	trial_overhead_seconds double precision not null,
	measured_at timestamp with time zone not null default now(),
	constraint speed_device_key_dataset_model_batch_size_pk PRIMARY KEY (device_key, dataset, model, batch_size)
);

create table sweep (
	id text not null,
	name text not null,
	state text not null default 'queued'::text,
	stop_reason text,
	dataset text not null,
	model text not null,
	labels jsonb not null,
	spec jsonb not null,
	training jsonb not null,
	epochs integer not null,
	train_size integer not null,
	configurations integer not null,
	trials integer not null,
	max_seconds double precision,
	max_failed_trials integer,
	final_counts jsonb,
	created_at timestamp with time zone not null default now(),
	started_at timestamp with time zone,
	finished_at timestamp with time zone,
	paused_at timestamp with time zone,
	budget_since timestamp with time zone,
	project_id text not null default 'prj_00000000000000000000000000'::text,
	trace_parent text,
	constraint sweep_finished CHECK (((finished_at IS NOT NULL) = (state = ANY (ARRAY['completed'::text, 'failed'::text, 'cancelled'::text])))),
	constraint sweep_pkey PRIMARY KEY (id),
	constraint sweep_project_id_project_id_fk FOREIGN KEY (project_id) REFERENCES project(id),
	constraint sweep_state CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'paused'::text, 'stopping'::text, 'cancelling'::text, 'completed'::text, 'failed'::text, 'cancelled'::text])))
);

create table tick_schedule (
	id boolean not null default true,
	armed_at timestamp with time zone not null default now(),
	constraint tick_schedule_one_row CHECK (id),
	constraint tick_schedule_pkey PRIMARY KEY (id)
);

create table trial (
	id text not null,
	sweep_id text not null,
	configuration_no integer not null,
	seed integer not null,
	batch_size integer not null,
	state text not null default 'pending'::text,
	attempt_no integer not null default 0,
	epochs_done integer not null default 0,
	dispatch_no integer not null default 1,
	redispatches integer not null default 0,
	dispatched_at timestamp with time zone,
	due_at timestamp with time zone not null default now(),
	lease_expires_at timestamp with time zone,
	cancel_requested_at timestamp with time zone,
	infrastructure_failures integer not null default 0,
	unknown_failures integer not null default 0,
	reason text,
	message text,
	device_key text,
	created_at timestamp with time zone not null default now(),
	started_at timestamp with time zone,
	finished_at timestamp with time zone,
	budget_no integer not null default 1,
	has_checkpoints boolean not null default false,
	constraint trial_finished CHECK (((finished_at IS NOT NULL) = (state = ANY (ARRAY['succeeded'::text, 'failed'::text, 'pruned'::text, 'cancelled'::text])))),
	constraint trial_lease CHECK (((lease_expires_at IS NOT NULL) = (state = 'running'::text))),
	constraint trial_pkey PRIMARY KEY (id),
	constraint trial_reason CHECK (((reason IS NOT NULL) = (state = 'failed'::text))),
	constraint trial_state CHECK ((state = ANY (ARRAY['pending'::text, 'queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'pruned'::text, 'cancelled'::text])))
);

create table webhook (
	id text not null,
	project_id text not null,
	url text not null,
	events text[] not null,
	secret text not null,
	created_at timestamp with time zone not null default now(),
	constraint webhook_pkey PRIMARY KEY (id),
	constraint webhook_project_id_project_id_fk FOREIGN KEY (project_id) REFERENCES project(id) ON DELETE CASCADE
);

create table webhook_delivery (
	id text not null,
	webhook_id text not null,
	event text not null,
	sweep_id text,
	body text not null,
	state text not null default 'pending'::text,
	attempts integer not null default 0,
	status integer,
	error text,
	created_at timestamp with time zone not null default now(),
	attempted_at timestamp with time zone,
	due_at timestamp with time zone not null default now(),
	constraint webhook_delivery_pkey PRIMARY KEY (id),
	constraint webhook_delivery_state CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text]))),
	constraint webhook_delivery_webhook_id_webhook_id_fk FOREIGN KEY (webhook_id) REFERENCES webhook(id) ON DELETE CASCADE
);

create table worker (
	id text not null,
	device_key text,
	seen_at timestamp with time zone not null default now(),
	constraint worker_pkey PRIMARY KEY (id)
);

CREATE INDEX api_token_by_project ON public.api_token USING btree (project_id, id);

CREATE UNIQUE INDEX configuration_once ON public.configuration USING btree (hash, sweep_id);

CREATE UNIQUE INDEX dataset_name ON public.dataset USING btree (project_id, name) WHERE (ready_at IS NOT NULL);

CREATE INDEX dataset_sha256 ON public.dataset USING btree (sha256);

CREATE INDEX dataset_uploading ON public.dataset USING btree (created_at) WHERE (ready_at IS NULL);

CREATE INDEX dead_letter_recorded ON public.dead_letter USING btree (recorded_at);

CREATE INDEX idempotency_created ON public.idempotency USING btree (created_at);

CREATE INDEX leaderboard_across_fastest ON public.leaderboard_entry USING btree (dataset, model, epoch_seconds_median, sweep_id) WHERE (succeeded > 0);

CREATE INDEX leaderboard_across_most_accurate ON public.leaderboard_entry USING btree (dataset, model, best_mean DESC NULLS LAST, sweep_id) WHERE (succeeded > 0);

CREATE INDEX leaderboard_by_accuracy ON public.leaderboard_entry USING btree (sweep_id, best_mean DESC NULLS LAST);

CREATE INDEX outbox_due ON public.outbox USING btree (due_at, trial_id);

CREATE INDEX result_by_configuration ON public.result USING btree (sweep_id, configuration_no, device_key);

CREATE INDEX speed_by_model ON public.speed USING btree (dataset, model);

CREATE INDEX sweep_by_label ON public.sweep USING gin (labels);

CREATE INDEX sweep_by_project ON public.sweep USING btree (project_id, id);

CREATE INDEX sweep_by_state ON public.sweep USING btree (state, id);

CREATE INDEX sweep_open ON public.sweep USING btree (id) WHERE (finished_at IS NULL);

CREATE INDEX trial_by_state ON public.trial USING btree (sweep_id, state, batch_size);

CREATE INDEX trial_failed ON public.trial USING btree (reason) WHERE (state = 'failed'::text);

CREATE UNIQUE INDEX trial_once ON public.trial USING btree (sweep_id, configuration_no, seed);

CREATE INDEX trial_queued ON public.trial USING btree (dispatched_at) WHERE (state = 'queued'::text);

CREATE INDEX trial_running ON public.trial USING btree (id) WHERE (state = 'running'::text);

CREATE INDEX webhook_by_project ON public.webhook USING btree (project_id);

CREATE INDEX webhook_delivery_by_webhook ON public.webhook_delivery USING btree (webhook_id, id);

CREATE INDEX webhook_delivery_created ON public.webhook_delivery USING btree (created_at);

CREATE INDEX webhook_delivery_due ON public.webhook_delivery USING btree (due_at) WHERE (state = 'pending'::text);

CREATE OR REPLACE FUNCTION public.acknowledge_cancel(p_trial_id text, p_attempt_no integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
begin
	perform from trial where id = p_trial_id and cancel_requested_at is not null for no key update;
	return found and cancel_running_trial(p_trial_id, p_attempt_no);
end $function$
;

CREATE OR REPLACE FUNCTION public.budget_overrun(p_sweep sweep)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
	select case
		when coalesce(p_sweep.budget_since, p_sweep.started_at) < now() - p_sweep.max_seconds * interval '1 second'
		then format('It has run for its budget of %s seconds.', p_sweep.max_seconds)
		when p_sweep.max_failed_trials < (select count(*) from trial where sweep_id = p_sweep.id and state = 'failed')
		then format('More than %s of its trials failed, which is its budget.', p_sweep.max_failed_trials)
	end
$function$
;

CREATE OR REPLACE FUNCTION public.cancel_running_trial(p_trial_id text, p_attempt_no integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.cancel_waiting_trials(p_sweep_id text, p_message text)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.claim_trial(p_trial_id text, p_worker_id text, p_lease_seconds double precision)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.close_sweep(p_sweep_id text)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.dispatch_waiting_trials(p_sweep_id text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION public.drop_checkpoints()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
	delete from checkpoint where trial_id = new.id;
	return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.enforce_cancel(p_trial_id text, p_attempt_no integer, p_bound_seconds double precision)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
	perform from trial
	where id = p_trial_id and cancel_requested_at < now() - p_bound_seconds * interval '1 second' for no key update;
	return found and cancel_running_trial(p_trial_id, p_attempt_no);
end $function$
;

CREATE OR REPLACE FUNCTION public.expire_lease(p_trial_id text, p_attempt_no integer)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.fail_attempt(p_trial_id text, p_attempt_no integer, p_outcome text, p_reason text, p_message text, p_device_key text, p_artifacts jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.fail_trial(p_trial_id text, p_attempt_no integer, p_reason text, p_message text, p_device jsonb, p_artifacts jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.failure_budget(p_reason text)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
	select case p_reason
		when 'infrastructure' then 5
		when 'unknown' then 2
		when 'timeout' then 2
		else 0
	end
$function$
;

CREATE OR REPLACE FUNCTION public.finish_trial(p_trial_id text, p_attempt_no integer, p_result jsonb, p_device jsonb, p_artifacts jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.guard_trial_state()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.heartbeat_trial(p_trial_id text, p_attempt_no integer, p_lease_seconds double precision)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
declare
	v_cancel boolean;
	v_sweep_id text;
begin
	update trial set
		lease_expires_at = clock_timestamp() + lease_length(p_lease_seconds)
	where id = p_trial_id and attempt_no = p_attempt_no and state = 'running'
	returning cancel_requested_at is not null, sweep_id into v_cancel, v_sweep_id;
	if not found then
		return 'fenced';
	end if;
	update worker set seen_at = now()
	from attempt
	where attempt.trial_id = p_trial_id and attempt.attempt_no = p_attempt_no
		and worker.id = attempt.worker_id and worker.seen_at < now() - interval '1 minute';
	return case
		when v_cancel then 'cancel'
		when exists (select from sweep where id = v_sweep_id and state = 'paused') then 'release'
		else 'continue'
	end;
end $function$
;

CREATE OR REPLACE FUNCTION public.is_new_budget(p_old trial, p_new trial)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
	select p_old.state = 'failed'
		and p_new.state = 'queued'
		and p_new.budget_no = p_old.budget_no + 1
		and p_new.attempt_no = p_old.attempt_no
		and p_new.infrastructure_failures = 0
		and p_new.unknown_failures = 0
$function$
;

CREATE OR REPLACE FUNCTION public.iso(p_at timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 STABLE
RETURN to_char((p_at AT TIME ZONE 'utc'::text), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'::text)
;

CREATE OR REPLACE FUNCTION public.leaderboard_add_failure(p_sweep_id text, p_configuration_no integer, p_device_key text, p_diverged boolean)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
	update configuration set failed_seeds = failed_seeds + 1
	where sweep_id = p_sweep_id and configuration_no = p_configuration_no;
	update leaderboard_entry set diverged = diverged or p_diverged
	where sweep_id = p_sweep_id and configuration_no = p_configuration_no and succeeded = 0;
	insert into leaderboard_entry (
		sweep_id, configuration_no, device_key, dataset, model, hash, batch_size, eta, lambda, succeeded, diverged
	)
	select sweep_id, configuration_no, p_device_key, dataset, model, hash, batch_size, eta, lambda, 0, p_diverged
	from configuration join sweep on sweep.id = sweep_id
	where sweep_id = p_sweep_id and configuration_no = p_configuration_no and not exists (
		select from leaderboard_entry where sweep_id = p_sweep_id and configuration_no = p_configuration_no
	);
end $function$
;

CREATE OR REPLACE FUNCTION public.leaderboard_remove_failures(p_sweep_id text, p_configuration_no integer, p_failures integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.lease_length(p_seconds double precision)
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE
RETURN (LEAST(GREATEST(p_seconds, (0.05)::double precision), (3600)::double precision) * '00:00:01'::interval)
;

CREATE OR REPLACE FUNCTION public.mark_dispatched(p_trial_ids text[], p_dispatch_nos integer[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.park_waiting_trials(p_sweep_id text)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.pause_sweep(p_sweep_id text)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
	v_state text;
begin
	select state into v_state from sweep where id = p_sweep_id for no key update;
	if v_state in ('queued', 'running') then
		update sweep set state = 'paused', paused_at = now() where id = p_sweep_id;
		perform park_waiting_trials(p_sweep_id);
	end if;
	return v_state;
end $function$
;

CREATE OR REPLACE FUNCTION public.record_checkpoint(p_trial_id text, p_attempt_no integer, p_checkpoint jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.record_dead_letter(p_message_id text, p_body text, p_trial_id text, p_dispatch_no integer, p_receive_count integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.record_epoch(p_trial_id text, p_attempt_no integer, p_metrics jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.refresh_leaderboard_entry(p_sweep_id text, p_configuration_no integer, p_device_key text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.release_trial(p_trial_id text, p_attempt_no integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.remember_device(p_device jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
	v_key text := p_device ->> 'key';
begin
	if v_key is null or exists (select from device where key = v_key and body = p_device) then
		return v_key;
	end if;
	insert into device (key, body) values (v_key, p_device) on conflict (key) do update set body = excluded.body;
	return v_key;
end $function$
;

CREATE OR REPLACE FUNCTION public.remember_speed(p_sweep_id text, p_device_key text, p_batch_size integer, p_result jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.remember_worker_device(p_worker_id text, p_device jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
	v_key text := remember_device(p_device);
begin
	update worker set device_key = v_key where id = p_worker_id and device_key is distinct from v_key;
end $function$
;

CREATE OR REPLACE FUNCTION public.renew_failed_trials(p_sweep_id text, p_only text DEFAULT NULL::text)
 RETURNS integer[]
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.reopen_sweep(p_sweep_id text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'public', 'pg_temp'
AS $function$
	update sweep set
		state = case when started_at is null then 'queued' else 'running' end,
		budget_since = case when started_at is null then null else now() end,
		stop_reason = null, final_counts = null, finished_at = null
	where id = p_sweep_id and finished_at is not null
$function$
;

CREATE OR REPLACE FUNCTION public.requeue_trial(p_trial_id text, p_attempt_no integer, p_delay interval)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
	with requeued as (
		update trial set
			state = 'queued', dispatch_no = dispatch_no + 1, due_at = now() + p_delay,
			lease_expires_at = null, dispatched_at = null,
			epochs_done = coalesce((select max(epoch) from checkpoint where trial_id = p_trial_id), 0)
		where id = p_trial_id and attempt_no = p_attempt_no and state = 'running'
		returning id, dispatch_no, due_at
	)
	insert into outbox (trial_id, dispatch_no, due_at) select id, dispatch_no, due_at from requeued;
	return found;
end $function$
;

CREATE OR REPLACE FUNCTION public.resume_sweep(p_sweep_id text)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.resume_trial(p_trial_id text, p_attempt_no integer, p_epoch integer, p_note text DEFAULT NULL::text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
begin
	perform from trial where id = p_trial_id and attempt_no = p_attempt_no and state = 'running' for no key update;
	if not found then
		return false;
	end if;
	if p_epoch <> 0 and not exists (select from checkpoint where trial_id = p_trial_id and epoch = p_epoch) then
		raise exception 'trial % has no checkpoint of epoch %', p_trial_id, p_epoch using errcode = 'check_violation';
	end if;
	update attempt set resumed_epoch = p_epoch, message = left(p_note, 2000)
	where trial_id = p_trial_id and attempt_no = p_attempt_no and resumed_epoch is null;
	if not found then
		return true;
	end if;
	delete from checkpoint where trial_id = p_trial_id and epoch > p_epoch;
	delete from epoch where trial_id = p_trial_id and epoch > p_epoch;
	update trial set epochs_done = p_epoch where id = p_trial_id and epochs_done <> p_epoch;
	return true;
end $function$
;

CREATE OR REPLACE FUNCTION public.retry_delay(p_failures integer)
 RETURNS interval
 LANGUAGE sql
 SET search_path TO 'public', 'pg_temp'
AS $function$
	select random() * least(60, 2 ^ least(p_failures, 6)) * interval '1 second'
$function$
;

CREATE OR REPLACE FUNCTION public.retry_failed_trials(p_sweep_id text, p_only text DEFAULT NULL::text, OUT state text, OUT retried integer)
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.stop_over_budget(p_sweep_id text)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.stop_sweep(p_sweep_id text, p_reason text)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
	v_state text;
begin
	select state into v_state from sweep where id = p_sweep_id for no key update;
	if v_state in ('queued', 'running', 'paused') then
		update sweep set state = 'stopping', stop_reason = p_reason where id = p_sweep_id;
		perform wind_down_sweep(p_sweep_id);
	end if;
	return v_state;
end $function$
;

CREATE OR REPLACE FUNCTION public.store_artifacts(p_trial_id text, p_attempt_no integer, p_artifacts jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'public', 'pg_temp'
AS $function$
	insert into artifact (trial_id, name, attempt_no, key, size_bytes, sha256, content_type)
	select p_trial_id, file.name, p_attempt_no, file.key, file."sizeBytes", file.sha256, file."contentType"
	from jsonb_to_recordset(p_artifacts)
		as file (name text, key text, "sizeBytes" bigint, sha256 text, "contentType" text)
$function$
;

CREATE OR REPLACE FUNCTION public.tell_webhooks()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
	v_event text := 'sweep.' || case new.state when 'stopping' then 'stopped' else new.state end;
begin
	insert into webhook_delivery (id, webhook_id, event, sweep_id, body)
	select
		-- Sorts by its microsecond.
		'whd_' || lpad(to_hex((extract(epoch from clock_timestamp()) * 1000000)::bigint), 14, '0')
			|| left(replace(gen_random_uuid()::text, '-', ''), 16),
		webhook.id, v_event, new.id,
		jsonb_build_object(
			'type', v_event,
			'timestamp', iso(now()),
			'data', jsonb_build_object(
				'sweepId', new.id, 'name', new.name, 'state', new.state, 'stopReason', new.stop_reason,
				'dataset', new.dataset, 'model', new.model, 'labels', new.labels, 'trials', new.trials, 'counts', new.final_counts,
				'createdAt', iso(new.created_at), 'startedAt', iso(new.started_at), 'finishedAt', iso(new.finished_at)
			)
		)::text
	from webhook
	where webhook.project_id = new.project_id and v_event = any(webhook.events);
	return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.wind_down_sweep(p_sweep_id text)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE TRIGGER sweep_webhooks AFTER UPDATE OF state ON public.sweep FOR EACH ROW WHEN (((old.state <> new.state) AND (new.state = ANY (ARRAY['completed'::text, 'failed'::text, 'cancelled'::text, 'stopping'::text])))) EXECUTE FUNCTION tell_webhooks();

CREATE TRIGGER trial_end_drops_checkpoints AFTER UPDATE ON public.trial FOR EACH ROW WHEN ((new.has_checkpoints AND (new.finished_at IS NOT NULL))) EXECUTE FUNCTION drop_checkpoints();

CREATE TRIGGER trial_state_guard BEFORE UPDATE ON public.trial FOR EACH ROW WHEN (((old.finished_at IS NOT NULL) OR (old.budget_no <> new.budget_no) OR ((new.lease_expires_at IS NULL) AND ((old.lease_expires_at IS NULL) OR (new.finished_at IS NULL))))) EXECUTE FUNCTION guard_trial_state();

grant execute on function acknowledge_cancel(p_trial_id text, p_attempt_no integer) to basin_worker;

grant execute on function claim_trial(p_trial_id text, p_worker_id text, p_lease_seconds double precision) to basin_worker;

grant execute on function fail_trial(p_trial_id text, p_attempt_no integer, p_reason text, p_message text, p_device jsonb, p_artifacts jsonb) to basin_worker;

grant execute on function finish_trial(p_trial_id text, p_attempt_no integer, p_result jsonb, p_device jsonb, p_artifacts jsonb) to basin_worker;

grant execute on function heartbeat_trial(p_trial_id text, p_attempt_no integer, p_lease_seconds double precision) to basin_worker;

grant execute on function record_checkpoint(p_trial_id text, p_attempt_no integer, p_checkpoint jsonb) to basin_worker;

grant execute on function record_epoch(p_trial_id text, p_attempt_no integer, p_metrics jsonb) to basin_worker;

grant execute on function release_trial(p_trial_id text, p_attempt_no integer) to basin_worker;

grant execute on function resume_trial(p_trial_id text, p_attempt_no integer, p_epoch integer, p_note text) to basin_worker;

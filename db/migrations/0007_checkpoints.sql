CREATE TABLE "checkpoint" (
	"trial_id" text NOT NULL,
	"epoch" integer NOT NULL,
	"attempt_no" integer NOT NULL,
	"key" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "checkpoint_trial_id_epoch_pk" PRIMARY KEY("trial_id","epoch")
);
--> statement-breakpoint
ALTER TABLE "attempt" ADD COLUMN "resumed_epoch" integer;--> statement-breakpoint
ALTER TABLE "checkpoint" ADD CONSTRAINT "checkpoint_trial_id_trial_id_fk" FOREIGN KEY ("trial_id") REFERENCES "public"."trial"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
-- A trial that has ended needs nothing to go on from, whichever verb has ended it.
create function drop_checkpoints() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
	delete from checkpoint where trial_id = new.id;
	return null;
end $$;
--> statement-breakpoint
create trigger trial_end_drops_checkpoints after update on trial for each row
when (
	new.state in ('succeeded', 'failed', 'pruned', 'cancelled') and new.state is distinct from old.state and new.attempt_no > 0
)
execute function drop_checkpoints();
--> statement-breakpoint
-- Now also: a trial goes on from its newest checkpoint, and keeps the curve up to there.
create or replace function requeue_trial(p_trial_id text, p_attempt_no integer, p_delay interval) returns boolean
language plpgsql volatile set search_path = public, pg_temp as $$
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
end $$;
--> statement-breakpoint
-- Now also: hands over the checkpoints, newest first.
create or replace function claim_trial(p_trial_id text, p_worker_id text, p_lease_seconds double precision) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp as $$
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
	insert into worker (id) values (p_worker_id)
	on conflict (id) do update set seen_at = now() where worker.seen_at < now() - interval '10 seconds';
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
-- Now also: a trial of a paused sweep is given back at its next checkpoint.
create or replace function heartbeat_trial(p_trial_id text, p_attempt_no integer, p_lease_seconds double precision) returns text
language plpgsql volatile security definer set search_path = public, pg_temp as $$
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
end $$;
--> statement-breakpoint
-- Stores a checkpoint whose object is complete, and keeps the newest two. Answers the keys of the objects that nobody needs
-- any more, or null when the attempt is fenced.
create function record_checkpoint(p_trial_id text, p_attempt_no integer, p_checkpoint jsonb) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
	v_epoch integer := (p_checkpoint ->> 'epoch')::integer;
	v_epochs_done integer;
	v_unneeded jsonb;
begin
	select epochs_done into v_epochs_done from trial
	where id = p_trial_id and attempt_no = p_attempt_no and state = 'running' for no key update;
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
-- The attempt says from which epoch it goes on (0: from the start), with a note when that is not the newest checkpoint: what
-- came after it is removed. Only the first call counts: a repeat may arrive after epochs that the attempt has recorded since.
create function resume_trial(p_trial_id text, p_attempt_no integer, p_epoch integer, p_note text default null)
returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
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
end $$;
--> statement-breakpoint
revoke all on function drop_checkpoints, record_checkpoint, resume_trial from public;
--> statement-breakpoint
grant execute on function
	record_checkpoint(text, integer, jsonb),
	resume_trial(text, integer, integer, text)
to basin_worker;

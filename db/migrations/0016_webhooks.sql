CREATE TABLE "webhook" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"url" text NOT NULL,
	"events" text[] NOT NULL,
	"secret" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_delivery" (
	"id" text PRIMARY KEY NOT NULL,
	"webhook_id" text NOT NULL,
	"event" text NOT NULL,
	"sweep_id" text,
	"body" text NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"status" integer,
	"error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attempted_at" timestamp with time zone,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhook_delivery_state" CHECK ("webhook_delivery"."state" in ('pending', 'delivered', 'failed'))
);
--> statement-breakpoint
ALTER TABLE "webhook" ADD CONSTRAINT "webhook_project_id_project_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."project"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_webhook_id_webhook_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhook"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "webhook_by_project" ON "webhook" USING btree ("project_id");--> statement-breakpoint
CREATE INDEX "webhook_delivery_due" ON "webhook_delivery" USING btree ("due_at") WHERE "webhook_delivery"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "webhook_delivery_by_webhook" ON "webhook_delivery" USING btree ("webhook_id","id");--> statement-breakpoint
CREATE INDEX "webhook_delivery_created" ON "webhook_delivery" USING btree ("created_at");
--> statement-breakpoint
-- In the transaction that changes the sweep: an event is there exactly when what it tells has happened.
create function tell_webhooks() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
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
end $$;
--> statement-breakpoint
revoke all on function tell_webhooks from public;
--> statement-breakpoint
create trigger sweep_webhooks after update of state on sweep
for each row when (old.state <> new.state and new.state in ('completed', 'failed', 'cancelled', 'stopping'))
execute function tell_webhooks();

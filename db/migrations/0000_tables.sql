CREATE TABLE "artifact" (
	"trial_id" text NOT NULL,
	"name" text NOT NULL,
	"attempt_no" integer NOT NULL,
	"key" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"content_type" text NOT NULL,
	CONSTRAINT "artifact_trial_id_name_pk" PRIMARY KEY("trial_id","name")
);
--> statement-breakpoint
CREATE TABLE "attempt" (
	"trial_id" text NOT NULL,
	"attempt_no" integer NOT NULL,
	"worker_id" text NOT NULL,
	"device_key" text,
	"outcome" text,
	"reason" text,
	"message" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "attempt_trial_id_attempt_no_pk" PRIMARY KEY("trial_id","attempt_no"),
	CONSTRAINT "attempt_outcome" CHECK ("attempt"."outcome" in ('succeeded', 'failed', 'released', 'lost', 'cancelled')),
	CONSTRAINT "attempt_ended" CHECK (("attempt"."ended_at" is not null) = ("attempt"."outcome" is not null))
);
--> statement-breakpoint
CREATE TABLE "configuration" (
	"sweep_id" text NOT NULL,
	"configuration_no" integer NOT NULL,
	"hash" text NOT NULL,
	"batch_size" integer NOT NULL,
	"eta" double precision NOT NULL,
	"lambda" double precision NOT NULL,
	"failed_seeds" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "configuration_sweep_id_configuration_no_pk" PRIMARY KEY("sweep_id","configuration_no")
);
--> statement-breakpoint
CREATE TABLE "device" (
	"key" text PRIMARY KEY NOT NULL,
	"body" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "speed" (
	"device_key" text NOT NULL,
	"dataset" text NOT NULL,
	"model" jsonb NOT NULL,
	"batch_size" integer NOT NULL,
	"update_seconds" double precision NOT NULL,
	"epoch_overhead_seconds" double precision NOT NULL,
	"trial_overhead_seconds" double precision NOT NULL,
	"measured_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "speed_device_key_dataset_model_batch_size_pk" PRIMARY KEY("device_key","dataset","model","batch_size")
);
--> statement-breakpoint
CREATE TABLE "worker" (
	"id" text PRIMARY KEY NOT NULL,
	"device_key" text,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "epoch" (
	"trial_id" text NOT NULL,
	"epoch" integer NOT NULL,
	"attempt_no" integer NOT NULL,
	"updates" bigint NOT NULL,
	"train_loss" double precision,
	"train_accuracy" double precision,
	"val_loss" double precision,
	"val_accuracy" double precision,
	"epoch_seconds" double precision NOT NULL,
	"validation_seconds" double precision NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "epoch_trial_id_epoch_pk" PRIMARY KEY("trial_id","epoch")
);
--> statement-breakpoint
CREATE TABLE "idempotency" (
	"key" text PRIMARY KEY NOT NULL,
	"body_hash" text NOT NULL,
	"sweep_id" text NOT NULL,
	"status" integer NOT NULL,
	"body" json NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "leaderboard_entry" (
	"sweep_id" text NOT NULL,
	"configuration_no" integer NOT NULL,
	"device_key" text NOT NULL,
	"hash" text NOT NULL,
	"batch_size" integer NOT NULL,
	"eta" double precision NOT NULL,
	"lambda" double precision NOT NULL,
	"succeeded" integer NOT NULL,
	"diverged" boolean NOT NULL,
	"best_mean" double precision,
	"best_std" double precision,
	"final_mean" double precision,
	"final_std" double precision,
	"epoch_seconds_median" double precision,
	"epoch_seconds_low" double precision,
	"epoch_seconds_high" double precision,
	"epoch_seconds_mean" double precision,
	"epoch_seconds_std" double precision,
	"update_seconds_median" double precision,
	"best_trial_id" text,
	"final_best_trial_id" text,
	CONSTRAINT "leaderboard_entry_sweep_id_configuration_no_device_key_pk" PRIMARY KEY("sweep_id","configuration_no","device_key")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"trial_id" text NOT NULL,
	"dispatch_no" integer NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "outbox_trial_id_dispatch_no_pk" PRIMARY KEY("trial_id","dispatch_no")
);
--> statement-breakpoint
CREATE TABLE "result" (
	"trial_id" text PRIMARY KEY NOT NULL,
	"sweep_id" text NOT NULL,
	"configuration_no" integer NOT NULL,
	"seed" integer NOT NULL,
	"device_key" text NOT NULL,
	"val_accuracy" double precision NOT NULL,
	"final_val_accuracy" double precision NOT NULL,
	"epoch_seconds" double precision NOT NULL,
	"update_seconds" double precision NOT NULL,
	"body" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sweep" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"stop_reason" text,
	"dataset" text NOT NULL,
	"model" text NOT NULL,
	"labels" jsonb NOT NULL,
	"spec" jsonb NOT NULL,
	"training" jsonb NOT NULL,
	"epochs" integer NOT NULL,
	"train_size" integer NOT NULL,
	"configurations" integer NOT NULL,
	"trials" integer NOT NULL,
	"max_seconds" double precision,
	"max_failed_trials" integer,
	"final_counts" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "sweep_state" CHECK ("sweep"."state" in ('queued', 'running', 'paused', 'stopping', 'cancelling', 'completed', 'failed', 'cancelled')),
	CONSTRAINT "sweep_finished" CHECK (("sweep"."finished_at" is not null) = ("sweep"."state" in ('completed', 'failed', 'cancelled')))
);
--> statement-breakpoint
CREATE TABLE "trial" (
	"id" text PRIMARY KEY NOT NULL,
	"sweep_id" text NOT NULL,
	"configuration_no" integer NOT NULL,
	"seed" integer NOT NULL,
	"batch_size" integer NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempt_no" integer DEFAULT 0 NOT NULL,
	"epochs_done" integer DEFAULT 0 NOT NULL,
	"dispatch_no" integer DEFAULT 1 NOT NULL,
	"redispatches" integer DEFAULT 0 NOT NULL,
	"dispatched_at" timestamp with time zone,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"lease_expires_at" timestamp with time zone,
	"cancel_requested_at" timestamp with time zone,
	"infrastructure_failures" integer DEFAULT 0 NOT NULL,
	"unknown_failures" integer DEFAULT 0 NOT NULL,
	"reason" text,
	"message" text,
	"device_key" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "trial_state" CHECK ("trial"."state" in ('pending', 'queued', 'running', 'succeeded', 'failed', 'pruned', 'cancelled')),
	CONSTRAINT "trial_lease" CHECK (("trial"."lease_expires_at" is not null) = ("trial"."state" = 'running')),
	CONSTRAINT "trial_reason" CHECK (("trial"."reason" is not null) = ("trial"."state" = 'failed')),
	CONSTRAINT "trial_finished" CHECK (("trial"."finished_at" is not null) = ("trial"."state" in ('succeeded', 'failed', 'pruned', 'cancelled')))
);
--> statement-breakpoint
ALTER TABLE "artifact" ADD CONSTRAINT "artifact_trial_id_trial_id_fk" FOREIGN KEY ("trial_id") REFERENCES "public"."trial"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_trial_id_trial_id_fk" FOREIGN KEY ("trial_id") REFERENCES "public"."trial"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "epoch" ADD CONSTRAINT "epoch_trial_id_trial_id_fk" FOREIGN KEY ("trial_id") REFERENCES "public"."trial"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency" ADD CONSTRAINT "idempotency_sweep_id_sweep_id_fk" FOREIGN KEY ("sweep_id") REFERENCES "public"."sweep"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "result" ADD CONSTRAINT "result_trial_id_trial_id_fk" FOREIGN KEY ("trial_id") REFERENCES "public"."trial"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "configuration_once" ON "configuration" USING btree ("hash","sweep_id");--> statement-breakpoint
CREATE INDEX "speed_by_model" ON "speed" USING btree ("dataset","model");--> statement-breakpoint
CREATE INDEX "leaderboard_by_accuracy" ON "leaderboard_entry" USING btree ("sweep_id","best_mean" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("due_at","trial_id");--> statement-breakpoint
CREATE INDEX "result_by_configuration" ON "result" USING btree ("sweep_id","configuration_no","device_key");--> statement-breakpoint
CREATE INDEX "sweep_by_state" ON "sweep" USING btree ("state","id");--> statement-breakpoint
CREATE INDEX "sweep_open" ON "sweep" USING btree ("id") WHERE "sweep"."finished_at" is null;--> statement-breakpoint
CREATE INDEX "sweep_by_label" ON "sweep" USING gin ("labels");--> statement-breakpoint
CREATE UNIQUE INDEX "trial_once" ON "trial" USING btree ("sweep_id","configuration_no","seed");--> statement-breakpoint
CREATE INDEX "trial_by_state" ON "trial" USING btree ("sweep_id","state","batch_size");--> statement-breakpoint
CREATE INDEX "trial_running" ON "trial" USING btree ("id") WHERE "trial"."state" = 'running';--> statement-breakpoint
CREATE INDEX "trial_queued" ON "trial" USING btree ("dispatched_at") WHERE "trial"."state" = 'queued';
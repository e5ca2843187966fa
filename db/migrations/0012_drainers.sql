CREATE TABLE "drainer" (
	"job_id" text PRIMARY KEY NOT NULL,
	"submitted_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tick_schedule" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"armed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tick_schedule_one_row" CHECK ("tick_schedule"."id")
);
--> statement-breakpoint
insert into "tick_schedule" default values;

CREATE TABLE "project" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"max_queued_trials" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "project_name_unique" UNIQUE("name")
);
--> statement-breakpoint
-- Where everything lies that was made before there were projects, and whatever names none.
insert into project (id, name) values ('prj_00000000000000000000000000', 'default');
--> statement-breakpoint
CREATE TABLE "api_token" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"scope" text NOT NULL,
	"hmac" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "api_token_scope" CHECK ("api_token"."scope" in ('read', 'submit', 'admin')),
	CONSTRAINT "api_token_hmac" CHECK (length("api_token"."hmac") = 32)
);
--> statement-breakpoint
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_project_id_project_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."project"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_token_by_project" ON "api_token" USING btree ("project_id","id");--> statement-breakpoint
ALTER TABLE "sweep" ADD COLUMN "project_id" text DEFAULT 'prj_00000000000000000000000000' NOT NULL;--> statement-breakpoint
ALTER TABLE "sweep" ADD CONSTRAINT "sweep_project_id_project_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."project"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sweep_by_project" ON "sweep" USING btree ("project_id","id");--> statement-breakpoint
-- Two projects may use the same key for different requests.
ALTER TABLE "idempotency" ADD COLUMN "project_id" text DEFAULT 'prj_00000000000000000000000000' NOT NULL;--> statement-breakpoint
ALTER TABLE "idempotency" ADD CONSTRAINT "idempotency_project_id_project_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."project"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency" DROP CONSTRAINT "idempotency_pkey";--> statement-breakpoint
ALTER TABLE "idempotency" ADD CONSTRAINT "idempotency_project_id_key_pk" PRIMARY KEY("project_id","key");--> statement-breakpoint
ALTER TABLE "dataset" ADD COLUMN "project_id" text DEFAULT 'prj_00000000000000000000000000' NOT NULL;--> statement-breakpoint
ALTER TABLE "dataset" ADD CONSTRAINT "dataset_project_id_project_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."project"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
DROP INDEX "dataset_name";--> statement-breakpoint
CREATE UNIQUE INDEX "dataset_name" ON "dataset" USING btree ("project_id","name") WHERE "dataset"."ready_at" is not null;
--> statement-breakpoint
ALTER TABLE "baseline" ADD COLUMN "project_id" text DEFAULT 'prj_00000000000000000000000000' NOT NULL;--> statement-breakpoint
ALTER TABLE "baseline" ADD CONSTRAINT "baseline_project_id_project_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."project"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "baseline" DROP CONSTRAINT "baseline_pkey";--> statement-breakpoint
ALTER TABLE "baseline" ADD CONSTRAINT "baseline_project_id_name_pk" PRIMARY KEY("project_id","name");

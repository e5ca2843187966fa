CREATE TABLE "dataset" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"upload" jsonb NOT NULL,
	"facts" jsonb,
	"sha256" text,
	"size_bytes" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ready_at" timestamp with time zone,
	CONSTRAINT "dataset_ready" CHECK (num_nulls("dataset"."facts", "dataset"."sha256", "dataset"."size_bytes", "dataset"."ready_at") in (0, 4))
);
--> statement-breakpoint
CREATE UNIQUE INDEX "dataset_name" ON "dataset" USING btree ("name") WHERE "dataset"."ready_at" is not null;--> statement-breakpoint
CREATE INDEX "dataset_sha256" ON "dataset" USING btree ("sha256");--> statement-breakpoint
CREATE INDEX "dataset_uploading" ON "dataset" USING btree ("created_at") WHERE "dataset"."ready_at" is null;
ALTER TABLE "sweep" ADD COLUMN "trace_parent" text;--> statement-breakpoint
CREATE INDEX "trial_failed" ON "trial" USING btree ("reason") WHERE "trial"."state" = 'failed';
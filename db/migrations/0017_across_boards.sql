DROP INDEX "leaderboard_across_by_accuracy";--> statement-breakpoint
DROP INDEX "leaderboard_across_by_seconds";--> statement-breakpoint
CREATE INDEX "leaderboard_across_most_accurate" ON "leaderboard_entry" USING btree ("dataset","model","best_mean" DESC NULLS LAST,"sweep_id") WHERE "leaderboard_entry"."succeeded" > 0;--> statement-breakpoint
CREATE INDEX "leaderboard_across_fastest" ON "leaderboard_entry" USING btree ("dataset","model","epoch_seconds_median","sweep_id") WHERE "leaderboard_entry"."succeeded" > 0;
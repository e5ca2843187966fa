CREATE TABLE "baseline" (
	"name" text PRIMARY KEY NOT NULL,
	"sweep_id" text NOT NULL,
	"sweep_name" text NOT NULL,
	"dataset" text NOT NULL,
	"model" text NOT NULL,
	"configurations" integer NOT NULL,
	"trials" integer NOT NULL,
	"side" jsonb NOT NULL,
	"set_at" timestamp with time zone DEFAULT now() NOT NULL
);

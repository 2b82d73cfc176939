ALTER TABLE "run" ADD COLUMN "job_nonce" text;--> statement-breakpoint
ALTER TABLE "run" ADD COLUMN "warnings" jsonb DEFAULT '[]'::jsonb NOT NULL;
ALTER TABLE "sso_connection" ADD COLUMN "metadata_url" text;--> statement-breakpoint
ALTER TABLE "sso_connection" ADD COLUMN "metadata_read_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "sso_connection" ADD COLUMN "metadata_error" text;
ALTER TABLE "sso_login" ADD COLUMN "name_id" jsonb;--> statement-breakpoint
ALTER TABLE "sso_session" ADD COLUMN "name_id" jsonb;
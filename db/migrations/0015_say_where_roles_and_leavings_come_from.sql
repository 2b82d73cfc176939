DROP INDEX "role_grant_once";--> statement-breakpoint
ALTER TABLE "person" ADD COLUMN "left_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "person" ADD COLUMN "left_by" text;--> statement-breakpoint
ALTER TABLE "role_grant" ADD COLUMN "source" text DEFAULT 'hand' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "role_grant_once" ON "role_grant" USING btree ("organization_id","person_id","role",coalesce("workspace_id", '00000000-0000-0000-0000-000000000000'),"source") WHERE "role_grant"."revoked_at" is null;
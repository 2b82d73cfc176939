CREATE TABLE "directory_pulled" (
	"organization_id" uuid NOT NULL,
	"sync_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"external_id" text NOT NULL,
	"record" jsonb,
	"op" text,
	"rank" integer DEFAULT 0 NOT NULL,
	"conflict" boolean DEFAULT false NOT NULL,
	"problem" text,
	"done" boolean DEFAULT false NOT NULL,
	CONSTRAINT "directory_pulled_organization_id_sync_id_kind_external_id_pk" PRIMARY KEY("organization_id","sync_id","kind","external_id")
);
--> statement-breakpoint
CREATE TABLE "directory_source" (
	"directory_id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"settings" jsonb NOT NULL,
	"secret" "bytea" NOT NULL,
	"every_minutes" integer DEFAULT 60 NOT NULL,
	"most_loss_percent" integer DEFAULT 20 NOT NULL,
	"most_loss_people" integer DEFAULT 5 NOT NULL,
	"admitted_at" timestamp (3) with time zone,
	"next_sync_at" timestamp (3) with time zone,
	"failures" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "directory_sync" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"directory_id" uuid NOT NULL,
	"mode" text NOT NULL,
	"state" text NOT NULL,
	"requested_by" uuid,
	"allowed_losses" integer,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"read_users" integer DEFAULT 0 NOT NULL,
	"read_groups" integer DEFAULT 0 NOT NULL,
	"steps" integer DEFAULT 0 NOT NULL,
	"steps_done" integer DEFAULT 0 NOT NULL,
	"steps_failed" integer DEFAULT 0 NOT NULL,
	"summary" jsonb,
	"problem" text,
	"hint" text,
	CONSTRAINT "directory_sync_steps" CHECK ("directory_sync"."steps_done" <= "directory_sync"."steps")
);
--> statement-breakpoint
ALTER TABLE "directory" ALTER COLUMN "token_hash" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "directory" ALTER COLUMN "token_prefix" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "directory" ALTER COLUMN "token_made_at" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "directory" ADD COLUMN "checked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "directory" ADD COLUMN "checked_drift" integer;--> statement-breakpoint
CREATE INDEX "directory_pulled_next" ON "directory_pulled" USING btree ("organization_id","sync_id","rank","external_id") WHERE not "directory_pulled"."done";--> statement-breakpoint
CREATE INDEX "directory_sync_latest" ON "directory_sync" USING btree ("organization_id","directory_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "directory_sync_one_at_a_time" ON "directory_sync" USING btree ("organization_id","directory_id") WHERE "directory_sync"."finished_at" is null;--> statement-breakpoint
ALTER TABLE "directory" ADD CONSTRAINT "directory_token_where_pushed" CHECK (("directory"."kind" in ('ldap', 'google')) = ("directory"."token_hash" is null));--> statement-breakpoint
select protect_tenant_table('directory_source');--> statement-breakpoint
select protect_tenant_table('directory_sync');--> statement-breakpoint
select protect_tenant_table('directory_pulled');--> statement-breakpoint
-- A secret goes with its directory; what was read goes with the sync; of syncs the latest are kept.
grant delete on directory_source, directory_sync, directory_pulled to countersign_app;

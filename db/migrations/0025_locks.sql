CREATE TABLE "lock" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"target" text NOT NULL,
	"workspace_id" uuid,
	"name" text NOT NULL,
	"message" text NOT NULL,
	"reason" text NOT NULL,
	"by_organization" boolean NOT NULL,
	"placed_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"until" timestamp (3) with time zone,
	"receipt" jsonb NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ended_by" uuid,
	"end_reason" text,
	CONSTRAINT "lock_ended" CHECK ("lock"."ended_at" is not null or ("lock"."ended_by" is null and "lock"."end_reason" is null))
);
--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "device_id" uuid;--> statement-breakpoint
CREATE UNIQUE INDEX "lock_open" ON "lock" USING btree ("organization_id","kind","target",(case "kind" when 'tool' then coalesce("workspace_id", '00000000-0000-0000-0000-000000000000') else '00000000-0000-0000-0000-000000000000' end)) WHERE "lock"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "lock_recent" ON "lock" USING btree ("organization_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "session_device" ON "session" USING btree ("organization_id","device_id") WHERE "session"."revoked_at" is null;
--> statement-breakpoint
select protect_tenant_table('lock');--> statement-breakpoint
alter table lock add foreign key (organization_id, placed_by) references person (organization_id, id);--> statement-breakpoint
alter table lock add foreign key (organization_id, workspace_id) references workspace (organization_id, id);

CREATE TABLE "lease" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"agent_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"tools" text[] NOT NULL,
	"operations" text[],
	"resources" text[],
	"domains" text[] NOT NULL,
	"max_uses" integer NOT NULL,
	"uses" integer DEFAULT 0 NOT NULL,
	"cost_each_micros" bigint NOT NULL,
	"cost_total_micros" bigint NOT NULL,
	"spent_micros" bigint DEFAULT 0 NOT NULL,
	"not_before" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"issued_by" uuid NOT NULL,
	"approval_id" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"revoked_by" uuid,
	"revoke_reason" text,
	CONSTRAINT "lease_tools" CHECK (cardinality("lease"."tools") > 0),
	CONSTRAINT "lease_uses" CHECK ("lease"."max_uses" > 0 and "lease"."uses" between 0 and "lease"."max_uses"),
	CONSTRAINT "lease_cost" CHECK ("lease"."cost_each_micros" >= 0 and "lease"."spent_micros" between 0 and "lease"."cost_total_micros"),
	CONSTRAINT "lease_time" CHECK ("lease"."expires_at" > "lease"."not_before"),
	CONSTRAINT "lease_revoked" CHECK (("lease"."revoked_at" is null) = ("lease"."revoked_by" is null))
);
--> statement-breakpoint
CREATE TABLE "lease_use" (
	"organization_id" uuid NOT NULL,
	"lease_id" uuid NOT NULL,
	"use" integer NOT NULL,
	"action_id" uuid NOT NULL,
	"cost_micros" bigint NOT NULL,
	"used_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "lease_use_lease_id_use_pk" PRIMARY KEY("lease_id","use")
);
--> statement-breakpoint
ALTER TABLE "approval" ADD COLUMN "lease_request" jsonb;--> statement-breakpoint
ALTER TABLE "challenge" ADD COLUMN "statement" text;--> statement-breakpoint
ALTER TABLE "fresh_proof" ADD COLUMN "factor_id" uuid;--> statement-breakpoint
ALTER TABLE "fresh_proof" ADD COLUMN "assertion" jsonb;--> statement-breakpoint
CREATE INDEX "lease_recent" ON "lease" USING btree ("organization_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "lease_of_agent" ON "lease" USING btree ("organization_id","agent_id","expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "lease_approval" ON "lease" USING btree ("organization_id","approval_id") WHERE "lease"."approval_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "lease_use_action" ON "lease_use" USING btree ("organization_id","action_id");--> statement-breakpoint
select protect_tenant_table('lease');--> statement-breakpoint
select protect_tenant_table('lease_use');--> statement-breakpoint
-- What was used is never changed, and nothing is made longer, wider or cheaper than it was signed for.
revoke update, delete on lease_use from countersign_app;--> statement-breakpoint
revoke update, delete on lease from countersign_app;--> statement-breakpoint
grant update (uses, spent_micros, revoked_at, revoked_by, revoke_reason) on lease to countersign_app;--> statement-breakpoint
alter table lease add foreign key (organization_id, agent_id) references agent (organization_id, id);--> statement-breakpoint
alter table lease add foreign key (organization_id, workspace_id) references workspace (organization_id, id);--> statement-breakpoint
alter table lease add foreign key (organization_id, issued_by) references person (organization_id, id);

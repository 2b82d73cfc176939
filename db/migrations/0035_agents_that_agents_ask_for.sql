CREATE TABLE "spawn_request" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"parent_id" uuid NOT NULL,
	"api_key_id" uuid NOT NULL,
	"approval_id" uuid NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_hash" "bytea" NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"purpose" text NOT NULL,
	"policy" jsonb NOT NULL,
	"scopes" text[] NOT NULL,
	"budget_micros" bigint NOT NULL,
	"depth" integer NOT NULL,
	"policy_version" integer NOT NULL,
	"policies" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"child_id" uuid,
	"claimed_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "spawn_request_budget" CHECK ("spawn_request"."budget_micros" >= 0),
	CONSTRAINT "spawn_request_depth" CHECK ("spawn_request"."depth" between 1 and 3)
);
--> statement-breakpoint
CREATE UNIQUE INDEX "spawn_request_idempotency" ON "spawn_request" USING btree ("organization_id","parent_id","idempotency_key");--> statement-breakpoint
CREATE UNIQUE INDEX "spawn_request_approval" ON "spawn_request" USING btree ("organization_id","approval_id");--> statement-breakpoint
CREATE UNIQUE INDEX "spawn_request_child" ON "spawn_request" USING btree ("organization_id","child_id") WHERE "spawn_request"."child_id" is not null;--> statement-breakpoint
CREATE INDEX "spawn_request_living" ON "spawn_request" USING btree ("organization_id","parent_id","ends_at") WHERE "spawn_request"."child_id" is not null and "spawn_request"."ended_at" is null;--> statement-breakpoint
select protect_tenant_table('spawn_request');

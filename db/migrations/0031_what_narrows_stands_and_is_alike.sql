CREATE TABLE "approval_look" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"approval_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"opened_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "narrowing" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"agent_id" uuid NOT NULL,
	"approval_id" uuid NOT NULL,
	"action_id" uuid NOT NULL,
	"status" text NOT NULL,
	"offered_by" uuid NOT NULL,
	"reason" text NOT NULL,
	"digest_before" "bytea" NOT NULL,
	"digest_after" "bytea" NOT NULL,
	"arguments_after" text,
	"amount_before_micros" bigint NOT NULL,
	"amount_micros" bigint NOT NULL,
	"seconds" integer,
	"limits" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"answered_at" timestamp (3) with time zone,
	"answer" text,
	CONSTRAINT "narrowing_smaller" CHECK ("narrowing"."amount_micros" >= 0 and "narrowing"."amount_micros" <= "narrowing"."amount_before_micros" and ("narrowing"."seconds" is null or "narrowing"."seconds" > 0)),
	CONSTRAINT "narrowing_changes" CHECK ("narrowing"."digest_after" <> "narrowing"."digest_before"),
	CONSTRAINT "narrowing_answered" CHECK (("narrowing"."status" = 'offered') = ("narrowing"."answered_at" is null))
);
--> statement-breakpoint
CREATE TABLE "standing_approval" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"agent_id" uuid NOT NULL,
	"approval_id" uuid NOT NULL,
	"granted_by" uuid NOT NULL,
	"reason" text NOT NULL,
	"tool" text NOT NULL,
	"operation" text NOT NULL,
	"resource" text NOT NULL,
	"arguments" jsonb NOT NULL,
	"risk_at_most" text NOT NULL,
	"policy_version" integer NOT NULL,
	"policies" "bytea",
	"valid_from" timestamp (3) with time zone NOT NULL,
	"valid_until" timestamp (3) with time zone NOT NULL,
	"uses_most" integer NOT NULL,
	"uses_taken" integer DEFAULT 0 NOT NULL,
	"cost_each_micros" bigint NOT NULL,
	"cost_total_micros" bigint NOT NULL,
	"cost_taken_micros" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"revoked_by" uuid,
	"revoke_reason" text,
	CONSTRAINT "standing_approval_never_critical" CHECK ("standing_approval"."risk_at_most" <> 'CRITICAL'),
	CONSTRAINT "standing_approval_uses" CHECK ("standing_approval"."uses_most" > 0 and "standing_approval"."uses_taken" >= 0 and "standing_approval"."uses_taken" <= "standing_approval"."uses_most"),
	CONSTRAINT "standing_approval_cost" CHECK ("standing_approval"."cost_each_micros" >= 0 and "standing_approval"."cost_taken_micros" >= 0 and "standing_approval"."cost_taken_micros" <= "standing_approval"."cost_total_micros"),
	CONSTRAINT "standing_approval_time" CHECK ("standing_approval"."valid_until" > "standing_approval"."valid_from"),
	CONSTRAINT "standing_approval_revoked" CHECK (("standing_approval"."revoked_at" is null) = ("standing_approval"."revoked_by" is null))
);
--> statement-breakpoint
CREATE TABLE "standing_use" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"standing_id" uuid NOT NULL,
	"action_id" uuid NOT NULL,
	"cost_micros" bigint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "action" ADD COLUMN "limits" text;--> statement-breakpoint
ALTER TABLE "approval" ADD COLUMN "pattern" "bytea";--> statement-breakpoint
ALTER TABLE "approval" ADD COLUMN "narrowing_id" uuid;--> statement-breakpoint
CREATE UNIQUE INDEX "approval_look_first" ON "approval_look" USING btree ("organization_id","approval_id","person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "narrowing_open" ON "narrowing" USING btree ("organization_id","approval_id") WHERE "narrowing"."status" = 'offered';--> statement-breakpoint
CREATE INDEX "narrowing_of_approval" ON "narrowing" USING btree ("organization_id","approval_id","created_at");--> statement-breakpoint
CREATE INDEX "standing_approval_open" ON "standing_approval" USING btree ("organization_id","agent_id","valid_until") WHERE "standing_approval"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX "standing_approval_recent" ON "standing_approval" USING btree ("organization_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "standing_use_action" ON "standing_use" USING btree ("organization_id","action_id");--> statement-breakpoint
CREATE INDEX "standing_use_recent" ON "standing_use" USING btree ("organization_id","standing_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "approval_alike" ON "approval" USING btree ("organization_id","pattern","risk","created_at","id") WHERE "approval"."status" = 'pending' and "approval"."pattern" is not null;--> statement-breakpoint
CREATE INDEX "approval_decided_at" ON "approval" USING btree ("organization_id","decided_at") WHERE "approval"."decided_at" is not null;
--> statement-breakpoint
select protect_tenant_table('approval_look');--> statement-breakpoint
select protect_tenant_table('narrowing');--> statement-breakpoint
select protect_tenant_table('standing_approval');--> statement-breakpoint
select protect_tenant_table('standing_use');

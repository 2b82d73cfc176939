CREATE TABLE "action" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"agent_id" uuid NOT NULL,
	"api_key_id" uuid NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_hash" "bytea" NOT NULL,
	"tool" text NOT NULL,
	"operation" text NOT NULL,
	"resource" text NOT NULL,
	"arguments" text NOT NULL,
	"digest" "bytea" NOT NULL,
	"policy_version" integer NOT NULL,
	"purpose" text DEFAULT '' NOT NULL,
	"declared_risk" text,
	"risk" text NOT NULL,
	"risk_reasons" jsonb NOT NULL,
	"sandbox_level" text NOT NULL,
	"decision" text NOT NULL,
	"rule" text NOT NULL,
	"rule_message" text NOT NULL,
	"rule_detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"status" text NOT NULL,
	"estimated_cost_micros" bigint NOT NULL,
	"actual_cost_micros" bigint,
	"grant_used_at" timestamp (3) with time zone,
	"grant_expires_at" timestamp (3) with time zone,
	"outcome" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "action_cost" CHECK ("action"."estimated_cost_micros" >= 0 and ("action"."actual_cost_micros" is null or "action"."actual_cost_micros" >= 0))
);
--> statement-breakpoint
CREATE TABLE "approval" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"workspace_id" uuid,
	"project_id" uuid,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"agent_id" uuid,
	"action_id" uuid,
	"requester_person_id" uuid,
	"requester_agent_id" uuid,
	"budget_request" jsonb,
	"digest" "bytea" NOT NULL,
	"policy_version" integer,
	"risk" text NOT NULL,
	"amount_micros" bigint NOT NULL,
	"why" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"decided_at" timestamp (3) with time zone,
	"decided_by" uuid,
	"decision_reason" text,
	"used_at" timestamp (3) with time zone,
	CONSTRAINT "approval_decided" CHECK (("approval"."status" in ('approved', 'rejected')) = ("approval"."decided_at" is not null)),
	CONSTRAINT "approval_not_own" CHECK ("approval"."decided_by" is distinct from "approval"."requester_person_id" or "approval"."decided_by" is null),
	CONSTRAINT "approval_used_when_approved" CHECK ("approval"."used_at" is null or "approval"."status" = 'approved')
);
--> statement-breakpoint
CREATE TABLE "agent" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"owner_id" uuid NOT NULL,
	"manager_person_id" uuid,
	"manager_agent_id" uuid,
	"policy_version" integer NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "agent_one_manager" CHECK (num_nonnulls("agent"."manager_person_id", "agent"."manager_agent_id") <= 1),
	CONSTRAINT "agent_not_own_manager" CHECK ("agent"."manager_agent_id" is distinct from "agent"."id")
);
--> statement-breakpoint
CREATE TABLE "agent_policy" (
	"organization_id" uuid NOT NULL,
	"agent_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"level" text NOT NULL,
	"tools" jsonb NOT NULL,
	"cost_threshold_micros" bigint NOT NULL,
	"risk_threshold" text NOT NULL,
	"max_run_seconds" integer DEFAULT 60 NOT NULL,
	"max_concurrent_runs" integer DEFAULT 2 NOT NULL,
	"approval_ttl_seconds" integer DEFAULT 86400 NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "agent_policy_organization_id_agent_id_version_pk" PRIMARY KEY("organization_id","agent_id","version")
);
--> statement-breakpoint
CREATE TABLE "api_key" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"agent_id" uuid NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"key_hash" "bytea" NOT NULL,
	"scopes" text[] NOT NULL,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "budget" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"scope_type" text NOT NULL,
	"scope_id" uuid NOT NULL,
	"workspace_id" uuid,
	"period" text NOT NULL,
	"time_zone" text NOT NULL,
	"cap_micros" bigint NOT NULL,
	"hard" boolean NOT NULL,
	"thresholds" integer[] NOT NULL,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"archived_at" timestamp (3) with time zone,
	CONSTRAINT "budget_cap" CHECK ("budget"."cap_micros" >= 0 and "budget"."cap_micros" <= 9000000000000000)
);
--> statement-breakpoint
CREATE TABLE "budget_alert" (
	"organization_id" uuid NOT NULL,
	"window_id" uuid NOT NULL,
	"threshold" integer NOT NULL,
	"crossed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"used_micros" bigint NOT NULL,
	"cap_micros" bigint NOT NULL,
	CONSTRAINT "budget_alert_organization_id_window_id_threshold_pk" PRIMARY KEY("organization_id","window_id","threshold")
);
--> statement-breakpoint
CREATE TABLE "budget_window" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"budget_id" uuid NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"committed_micros" bigint DEFAULT 0 NOT NULL,
	"reserved_micros" bigint DEFAULT 0 NOT NULL,
	"raised_micros" bigint DEFAULT 0 NOT NULL,
	"overrun_micros" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "budget_window_not_negative" CHECK ("budget_window"."committed_micros" >= 0 and "budget_window"."reserved_micros" >= 0 and "budget_window"."raised_micros" >= 0 and "budget_window"."overrun_micros" >= 0)
);
--> statement-breakpoint
CREATE TABLE "reservation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"action_id" uuid NOT NULL,
	"window_ids" uuid[] NOT NULL,
	"amount_micros" bigint NOT NULL,
	"actual_micros" bigint,
	"status" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	CONSTRAINT "reservation_amount" CHECK ("reservation"."amount_micros" >= 0)
);
--> statement-breakpoint
CREATE TABLE "mail" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"dedupe_key" text NOT NULL,
	"recipient" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"status" text NOT NULL,
	"error" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "notice" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"dedupe_key" text NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"href" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"read_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"name" text NOT NULL,
	"data" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "organization" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"currency" text DEFAULT 'USD' NOT NULL,
	"time_zone" text DEFAULT 'UTC' NOT NULL,
	"tier" text DEFAULT 'standard' NOT NULL,
	"sandbox_second_micros" bigint DEFAULT 1000 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "organization_price" CHECK ("organization"."sandbox_second_micros" >= 0)
);
--> statement-breakpoint
CREATE TABLE "project" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"archived_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "workspace" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"archived_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "invitation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"invited_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"accepted_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "person" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text,
	"status" text NOT NULL,
	"access_version" integer DEFAULT 1 NOT NULL,
	"last_sign_in_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "person_email_lower" CHECK ("person"."email" = lower("person"."email"))
);
--> statement-breakpoint
CREATE TABLE "role_grant" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"role" text NOT NULL,
	"workspace_id" uuid,
	"valid_from" timestamp (3) with time zone NOT NULL,
	"valid_until" timestamp (3) with time zone,
	"granted_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "saved_view" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"page" text NOT NULL,
	"name" text NOT NULL,
	"query" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "session" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"ip" text,
	"user_agent" text
);
--> statement-breakpoint
CREATE TABLE "run" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"agent_id" uuid NOT NULL,
	"action_id" uuid NOT NULL,
	"status" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"language" text NOT NULL,
	"wall_time_limit_ms" integer NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"dispatched_at" timestamp (3) with time zone,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"kill_requested_at" timestamp (3) with time zone,
	"kill_requested_by" uuid,
	"exit_code" integer,
	"wall_time_ms" integer,
	"cpu_time_ms" integer,
	"stdout_bytes" bigint,
	"stderr_bytes" bigint,
	"stdout_sha256" text,
	"stderr_sha256" text,
	"truncated" text DEFAULT 'none' NOT NULL,
	"second_micros" bigint NOT NULL,
	"cost_micros" bigint,
	"sandbox" jsonb
);
--> statement-breakpoint
CREATE TABLE "run_file" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"direction" text NOT NULL,
	"name" text NOT NULL,
	"size" integer NOT NULL,
	"sha256" text NOT NULL,
	"content" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "run_file_size" CHECK (octet_length("run_file"."content") = "run_file"."size")
);
--> statement-breakpoint
CREATE TABLE "run_output" (
	"organization_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"stream" text NOT NULL,
	"position" bigint NOT NULL,
	"seq" integer NOT NULL,
	"data" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "run_output_organization_id_run_id_stream_position_pk" PRIMARY KEY("organization_id","run_id","stream","position")
);
--> statement-breakpoint
CREATE TABLE "runner_nonce" (
	"organization_id" uuid NOT NULL,
	"nonce" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "runner_nonce_organization_id_nonce_pk" PRIMARY KEY("organization_id","nonce")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "action_idempotency" ON "action" USING btree ("organization_id","agent_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "action_agent_recent" ON "action" USING btree ("organization_id","agent_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "action_recent" ON "action" USING btree ("organization_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "approval_queue" ON "approval" USING btree ("organization_id","created_at","id") WHERE "approval"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "approval_recent" ON "approval" USING btree ("organization_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "approval_action" ON "approval" USING btree ("organization_id","action_id") WHERE "approval"."action_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "agent_name" ON "agent" USING btree ("organization_id","workspace_id","name");--> statement-breakpoint
CREATE INDEX "agent_project" ON "agent" USING btree ("organization_id","project_id");--> statement-breakpoint
CREATE UNIQUE INDEX "api_key_hash" ON "api_key" USING btree ("key_hash");--> statement-breakpoint
CREATE INDEX "api_key_agent" ON "api_key" USING btree ("organization_id","agent_id");--> statement-breakpoint
CREATE UNIQUE INDEX "budget_scope" ON "budget" USING btree ("organization_id","scope_type","scope_id","period") WHERE "budget"."archived_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "budget_window_start" ON "budget_window" USING btree ("organization_id","budget_id","starts_at");--> statement-breakpoint
CREATE UNIQUE INDEX "reservation_action" ON "reservation" USING btree ("organization_id","action_id");--> statement-breakpoint
CREATE INDEX "reservation_held" ON "reservation" USING btree ("organization_id","expires_at") WHERE "reservation"."status" = 'held';--> statement-breakpoint
CREATE UNIQUE INDEX "mail_once" ON "mail" USING btree ("organization_id","dedupe_key");--> statement-breakpoint
CREATE INDEX "mail_recent" ON "mail" USING btree ("organization_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "notice_once" ON "notice" USING btree ("organization_id","person_id","dedupe_key");--> statement-breakpoint
CREATE INDEX "notice_recent" ON "notice" USING btree ("organization_id","person_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "outbox_pending" ON "outbox" USING btree ("organization_id","id") WHERE "outbox"."sent_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "organization_slug" ON "organization" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "project_slug" ON "project" USING btree ("organization_id","workspace_id","slug");--> statement-breakpoint
CREATE INDEX "project_workspace" ON "project" USING btree ("organization_id","workspace_id");--> statement-breakpoint
CREATE UNIQUE INDEX "workspace_slug" ON "workspace" USING btree ("organization_id","slug");--> statement-breakpoint
CREATE UNIQUE INDEX "invitation_token" ON "invitation" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "invitation_person" ON "invitation" USING btree ("organization_id","person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "person_email" ON "person" USING btree ("email");--> statement-breakpoint
CREATE INDEX "person_organization" ON "person" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "role_grant_person" ON "role_grant" USING btree ("organization_id","person_id") WHERE "role_grant"."revoked_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "role_grant_once" ON "role_grant" USING btree ("organization_id","person_id","role",coalesce("workspace_id", '00000000-0000-0000-0000-000000000000')) WHERE "role_grant"."revoked_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "saved_view_name" ON "saved_view" USING btree ("organization_id","person_id","page","name");--> statement-breakpoint
CREATE INDEX "session_person" ON "session" USING btree ("organization_id","person_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "run_action" ON "run" USING btree ("organization_id","action_id");--> statement-breakpoint
CREATE INDEX "run_recent" ON "run" USING btree ("organization_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "run_agent" ON "run" USING btree ("organization_id","agent_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "run_open" ON "run" USING btree ("organization_id","created_at") WHERE "run"."finished_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "run_file_name" ON "run_file" USING btree ("organization_id","run_id","direction","name");--> statement-breakpoint
CREATE INDEX "run_output_order" ON "run_output" USING btree ("organization_id","run_id","seq");
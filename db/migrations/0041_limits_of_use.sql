ALTER TABLE "action" ADD COLUMN "estimated_tokens" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "action" ADD COLUMN "actual_tokens" bigint;--> statement-breakpoint
ALTER TABLE "agent_policy" ADD COLUMN "limits" jsonb DEFAULT '{}'::jsonb NOT NULL;
ALTER TABLE "action" ADD COLUMN "queued_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "action" ADD COLUMN "turn_asked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "agent_policy" ADD COLUMN "max_concurrent_tasks" integer DEFAULT 100 NOT NULL;--> statement-breakpoint
CREATE INDEX "action_under_way" ON "action" USING btree ("organization_id","agent_id") WHERE "action"."status" = 'running';--> statement-breakpoint
CREATE INDEX "action_queued" ON "action" USING btree ("organization_id","agent_id","queued_at","id") WHERE "action"."status" = 'allowed' and "action"."queued_at" is not null;
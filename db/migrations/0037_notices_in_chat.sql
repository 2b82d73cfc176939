CREATE TABLE "chat_channel" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"workspace_id" uuid,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"url" "bytea" NOT NULL,
	"shown" text NOT NULL,
	"secret" "bytea",
	"topics" text[] NOT NULL,
	"risk_at_least" text NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"since" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"paused_at" timestamp (3) with time zone,
	"last_sent_at" timestamp (3) with time zone,
	"failing_since" timestamp (3) with time zone,
	"last_error" text,
	CONSTRAINT "chat_channel_topics" CHECK (cardinality("chat_channel"."topics") > 0),
	CONSTRAINT "chat_channel_secret" CHECK (("chat_channel"."kind" = 'webhook') = ("chat_channel"."secret" is not null))
);
--> statement-breakpoint
CREATE TABLE "chat_message" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"items" jsonb NOT NULL,
	"more" integer DEFAULT 0 NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "chat_told" (
	"organization_id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"key" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "chat_told_channel_id_key_pk" PRIMARY KEY("channel_id","key")
);
--> statement-breakpoint
CREATE INDEX "chat_channel_organization" ON "chat_channel" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "chat_message_age" ON "chat_message" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "chat_message_channel" ON "chat_message" USING btree ("organization_id","channel_id");--> statement-breakpoint
CREATE INDEX "chat_told_age" ON "chat_told" USING btree ("organization_id","created_at");--> statement-breakpoint
select protect_tenant_table('chat_channel');--> statement-breakpoint
select protect_tenant_table('chat_message');--> statement-breakpoint
select protect_tenant_table('chat_told');--> statement-breakpoint
grant delete on chat_channel, chat_message, chat_told to countersign_app;

CREATE TABLE "chat_identity" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"chat_id" text NOT NULL,
	"source" text NOT NULL,
	"source_id" uuid NOT NULL,
	"claim" text NOT NULL,
	"had_factor" boolean DEFAULT false NOT NULL,
	"vouched_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "chat_press" (
	"organization_id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"nonce" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "chat_press_channel_id_nonce_pk" PRIMARY KEY("channel_id","nonce")
);
--> statement-breakpoint
ALTER TABLE "chat_channel" ADD COLUMN "not_before" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "chat_channel" ADD COLUMN "decide_up_to" text;--> statement-breakpoint
ALTER TABLE "chat_channel" ADD COLUMN "decision_secret" "bytea";--> statement-breakpoint
ALTER TABLE "chat_message" ADD COLUMN "reply" jsonb;--> statement-breakpoint
ALTER TABLE "chat_message" ADD COLUMN "reply_url" "bytea";--> statement-breakpoint
CREATE UNIQUE INDEX "chat_identity_once" ON "chat_identity" USING btree ("organization_id","source_id","person_id","kind");--> statement-breakpoint
CREATE INDEX "chat_identity_chat" ON "chat_identity" USING btree ("organization_id","kind","chat_id");--> statement-breakpoint
CREATE INDEX "chat_identity_person" ON "chat_identity" USING btree ("organization_id","person_id");--> statement-breakpoint
CREATE INDEX "chat_press_age" ON "chat_press" USING btree ("organization_id","created_at");--> statement-breakpoint
ALTER TABLE "chat_channel" ADD CONSTRAINT "chat_channel_deciding" CHECK ("chat_channel"."decide_up_to" is null or ("chat_channel"."decide_up_to" in ('LOW', 'MEDIUM') and "chat_channel"."kind" <> 'teams' and "chat_channel"."decision_secret" is not null));--> statement-breakpoint
select protect_tenant_table('chat_press');--> statement-breakpoint
select protect_tenant_table('chat_identity');--> statement-breakpoint
grant delete on chat_press, chat_identity to countersign_app;--> statement-breakpoint
alter table chat_identity add foreign key (organization_id, person_id) references person (organization_id, id);--> statement-breakpoint
-- One question that is asked before a tenant is known: whose channel a button was pressed in.
grant select (id, organization_id) on chat_channel to countersign_gate;--> statement-breakpoint
create policy gate on chat_channel for select to countersign_gate using (true);--> statement-breakpoint
create function gate_chat_channel(channel uuid) returns uuid
  language sql stable security definer set search_path = pg_catalog, public
  return (select organization_id from public.chat_channel where id = channel);--> statement-breakpoint
alter function gate_chat_channel(uuid) owner to countersign_gate;--> statement-breakpoint
revoke all on function gate_chat_channel(uuid) from public;--> statement-breakpoint
grant execute on function gate_chat_channel(uuid) to countersign_app;

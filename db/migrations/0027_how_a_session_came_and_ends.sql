CREATE TABLE "sso_session" (
	"session_id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"connection_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"session_index" text,
	"id_token" "bytea",
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "pending_sign_in" ADD COLUMN "method" text DEFAULT 'password' NOT NULL;--> statement-breakpoint
ALTER TABLE "pending_sign_in" ADD COLUMN "sso_login_id" uuid;--> statement-breakpoint
ALTER TABLE "sso_connection" ADD COLUMN "trust_factor" text DEFAULT 'never' NOT NULL;--> statement-breakpoint
ALTER TABLE "sso_connection" ADD COLUMN "sign_out_url" text;--> statement-breakpoint
ALTER TABLE "sso_connection" ADD COLUMN "private_key" "bytea";--> statement-breakpoint
ALTER TABLE "sso_connection" ADD COLUMN "own_certificate" text;--> statement-breakpoint
ALTER TABLE "sso_connection" ADD COLUMN "signs_requests" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "sso_login" ADD COLUMN "session_index" text;--> statement-breakpoint
ALTER TABLE "sso_login" ADD COLUMN "id_token" "bytea";--> statement-breakpoint
CREATE INDEX "sso_session_subject" ON "sso_session" USING btree ("organization_id","connection_id","subject");
--> statement-breakpoint
select protect_tenant_table('sso_session');--> statement-breakpoint
alter table sso_session add foreign key (organization_id, connection_id) references sso_connection (organization_id, id);

CREATE TABLE "challenge" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"bound_to" uuid NOT NULL,
	"value" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "factor" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"secret" "bytea",
	"last_step" bigint DEFAULT 0 NOT NULL,
	"credential_id" text,
	"public_key" "bytea",
	"counter" bigint DEFAULT 0 NOT NULL,
	"transports" text[],
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"confirmed_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"removed_at" timestamp (3) with time zone,
	CONSTRAINT "factor_secret" CHECK ("factor"."removed_at" is not null or ("factor"."kind" = 'totp') = ("factor"."secret" is not null)),
	CONSTRAINT "factor_key" CHECK (("factor"."kind" = 'passkey') = ("factor"."credential_id" is not null and "factor"."public_key" is not null))
);
--> statement-breakpoint
CREATE TABLE "fresh_proof" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"verb" text NOT NULL,
	"object" text NOT NULL,
	"method" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "pending_sign_in" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"password_digest" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "recovery_code" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"code_hash" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"used_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "method" text;--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "factor" text;--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "proved_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
CREATE INDEX "challenge_open" ON "challenge" USING btree ("organization_id","bound_to","kind") WHERE "challenge"."used_at" is null;--> statement-breakpoint
CREATE INDEX "factor_person" ON "factor" USING btree ("organization_id","person_id") WHERE "factor"."removed_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "factor_credential" ON "factor" USING btree ("credential_id") WHERE "factor"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "fresh_proof_open" ON "fresh_proof" USING btree ("organization_id","session_id","verb") WHERE "fresh_proof"."used_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "pending_sign_in_token" ON "pending_sign_in" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "recovery_code_open" ON "recovery_code" USING btree ("organization_id","person_id") WHERE "recovery_code"."used_at" is null and "recovery_code"."ended_at" is null;--> statement-breakpoint
select protect_tenant_table(t) from unnest(array['factor', 'recovery_code', 'pending_sign_in', 'challenge', 'fresh_proof']::regclass[]) t;--> statement-breakpoint
alter table factor add foreign key (organization_id, person_id) references person (organization_id, id);--> statement-breakpoint
alter table recovery_code add foreign key (organization_id, person_id) references person (organization_id, id);--> statement-breakpoint
alter table pending_sign_in add foreign key (organization_id, person_id) references person (organization_id, id);--> statement-breakpoint
alter table challenge add foreign key (organization_id, person_id) references person (organization_id, id);--> statement-breakpoint
alter table fresh_proof add foreign key (organization_id, person_id) references person (organization_id, id);--> statement-breakpoint
-- Before a session there is no tenant: where a sign-in that waits for its second step is, by its token's hash.
grant select (id, organization_id, token_hash) on pending_sign_in to countersign_gate;--> statement-breakpoint
create policy gate on pending_sign_in for select to countersign_gate using (true);--> statement-breakpoint
create function gate_pending_sign_in(hash bytea) returns table (organization_id uuid, pending_id uuid)
  language sql stable security definer set search_path = pg_catalog, public
  begin atomic select p.organization_id, p.id from public.pending_sign_in p where p.token_hash = hash; end;--> statement-breakpoint
alter function gate_pending_sign_in(bytea) owner to countersign_gate;--> statement-breakpoint
revoke all on function gate_pending_sign_in(bytea) from public;--> statement-breakpoint
grant execute on function gate_pending_sign_in(bytea) to countersign_app;

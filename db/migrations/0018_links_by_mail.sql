CREATE TABLE "email_link" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"email" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "person" ADD COLUMN "email_verified_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "country" text;--> statement-breakpoint
CREATE UNIQUE INDEX "email_link_token" ON "email_link" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "email_link_person" ON "email_link" USING btree ("organization_id","person_id");--> statement-breakpoint
select protect_tenant_table('email_link');--> statement-breakpoint
alter table email_link add foreign key (organization_id, person_id) references person (organization_id, id);--> statement-breakpoint
-- Which organization a link's token belongs to, before a tenant is known.
grant select (id, organization_id, token_hash) on email_link to countersign_gate;--> statement-breakpoint
create policy gate on email_link for select to countersign_gate using (true);--> statement-breakpoint
create function gate_email_link(hash bytea) returns table (organization_id uuid, email_link_id uuid)
  language sql stable security definer set search_path = pg_catalog, public
  begin atomic select l.organization_id, l.id from public.email_link l where l.token_hash = hash; end;--> statement-breakpoint
alter function gate_email_link(bytea) owner to countersign_gate;--> statement-breakpoint
revoke all on function gate_email_link(bytea) from public;--> statement-breakpoint
grant execute on function gate_email_link(bytea) to countersign_app;--> statement-breakpoint
-- Whoever accepted an invitation came by a link that was sent to their address. The table's owner is bound by its policies otherwise.
alter table person no force row level security;--> statement-breakpoint
alter table invitation no force row level security;--> statement-breakpoint
update person p set email_verified_at = i.accepted_at from invitation i where i.organization_id = p.organization_id and i.person_id = p.id and i.accepted_at is not null;--> statement-breakpoint
alter table person force row level security;--> statement-breakpoint
alter table invitation force row level security;

CREATE TABLE "sso_assertion" (
	"organization_id" uuid NOT NULL,
	"connection_id" uuid NOT NULL,
	"assertion_id" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "sso_assertion_organization_id_connection_id_assertion_id_pk" PRIMARY KEY("organization_id","connection_id","assertion_id")
);
--> statement-breakpoint
CREATE TABLE "sso_connection" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"issuer" text NOT NULL,
	"client_id" text,
	"client_secret" "bytea",
	"sign_in_url" text,
	"certificates" text[],
	"mapping" jsonb NOT NULL,
	"jit" boolean DEFAULT false NOT NULL,
	"idp_initiated" boolean DEFAULT false NOT NULL,
	"tested_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp (3) with time zone,
	CONSTRAINT "sso_connection_oidc" CHECK ("sso_connection"."kind" <> 'oidc' or ("sso_connection"."client_id" is not null and "sso_connection"."client_secret" is not null)),
	CONSTRAINT "sso_connection_saml" CHECK ("sso_connection"."kind" <> 'saml' or ("sso_connection"."sign_in_url" is not null and cardinality("sso_connection"."certificates") between 1 and 5))
);
--> statement-breakpoint
CREATE TABLE "sso_domain" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"connection_id" uuid NOT NULL,
	"domain" text NOT NULL,
	"challenge" text NOT NULL,
	"verified_at" timestamp (3) with time zone,
	"enforced_at" timestamp (3) with time zone,
	"break_glass_person_id" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp (3) with time zone,
	CONSTRAINT "sso_domain_lower" CHECK ("sso_domain"."domain" = lower("sso_domain"."domain")),
	CONSTRAINT "sso_domain_enforced" CHECK ("sso_domain"."enforced_at" is null or ("sso_domain"."verified_at" is not null and "sso_domain"."break_glass_person_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "sso_login" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"connection_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"state_hash" "bytea" NOT NULL,
	"browser_hash" "bytea",
	"request_id" text,
	"next_path" text NOT NULL,
	"person_id" uuid,
	"claims" jsonb,
	"result" jsonb,
	"ticket_hash" "bytea",
	"ticket_expires_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"answered_at" timestamp (3) with time zone,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE INDEX "sso_assertion_expired" ON "sso_assertion" USING btree ("organization_id","expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "sso_connection_name" ON "sso_connection" USING btree ("organization_id","name") WHERE "sso_connection"."removed_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "sso_domain_verified" ON "sso_domain" USING btree ("domain") WHERE "sso_domain"."verified_at" is not null and "sso_domain"."removed_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "sso_domain_once" ON "sso_domain" USING btree ("organization_id","domain") WHERE "sso_domain"."removed_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "sso_login_state" ON "sso_login" USING btree ("state_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "sso_login_ticket" ON "sso_login" USING btree ("ticket_hash");--> statement-breakpoint
CREATE INDEX "sso_login_connection" ON "sso_login" USING btree ("organization_id","connection_id","created_at");--> statement-breakpoint
select protect_tenant_table('sso_connection');--> statement-breakpoint
select protect_tenant_table('sso_domain');--> statement-breakpoint
select protect_tenant_table('sso_login');--> statement-breakpoint
select protect_tenant_table('sso_assertion');--> statement-breakpoint
-- What is over is forgotten: ways that nobody finished, and assertions that would be refused for their age.
grant delete on sso_login, sso_assertion to countersign_app;--> statement-breakpoint
alter table sso_connection add constraint sso_connection_tenant unique (organization_id, id);--> statement-breakpoint
alter table sso_connection add foreign key (organization_id) references organization (id);--> statement-breakpoint
alter table sso_domain add foreign key (organization_id, connection_id) references sso_connection (organization_id, id);--> statement-breakpoint
alter table sso_domain add foreign key (organization_id, break_glass_person_id) references person (organization_id, id);--> statement-breakpoint
alter table sso_login add foreign key (organization_id, connection_id) references sso_connection (organization_id, id);--> statement-breakpoint
alter table sso_login add foreign key (organization_id, person_id) references person (organization_id, id);--> statement-breakpoint
alter table sso_assertion add foreign key (organization_id, connection_id) references sso_connection (organization_id, id);--> statement-breakpoint
-- Two questions that are asked before a tenant is known: who speaks for a domain, and whose connection an answer came by.
grant select (id, organization_id) on sso_connection to countersign_gate;--> statement-breakpoint
grant select (organization_id, connection_id, domain, verified_at, removed_at) on sso_domain to countersign_gate;--> statement-breakpoint
create policy gate on sso_connection for select to countersign_gate using (true);--> statement-breakpoint
create policy gate on sso_domain for select to countersign_gate using (true);--> statement-breakpoint
create function gate_sso_connection(connection uuid) returns uuid
  language sql stable security definer set search_path = pg_catalog, public
  return (select organization_id from public.sso_connection where id = connection);--> statement-breakpoint
create function gate_sso_domain(name text) returns table (organization_id uuid, connection_id uuid)
  language sql stable security definer set search_path = pg_catalog, public
  begin atomic
    select d.organization_id, d.connection_id from public.sso_domain d where d.domain = name and d.verified_at is not null and d.removed_at is null;
  end;--> statement-breakpoint
do $$
declare f regprocedure;
begin
  for f in select p.oid::regprocedure from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname like 'gate\_sso\_%' loop
    execute format('alter function %s owner to countersign_gate', f);
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to countersign_app', f);
  end loop;
end $$;

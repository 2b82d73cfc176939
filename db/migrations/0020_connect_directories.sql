CREATE TABLE "directory" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"token_prefix" text NOT NULL,
	"token_made_at" timestamp (3) with time zone NOT NULL,
	"successor_id" uuid,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"disconnected_at" timestamp (3) with time zone,
	"last_success_at" timestamp (3) with time zone,
	"last_error_at" timestamp (3) with time zone,
	"last_error" text
);
--> statement-breakpoint
CREATE TABLE "directory_group" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"directory_id" uuid NOT NULL,
	"external_id" text,
	"display_name" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "directory_member" (
	"organization_id" uuid NOT NULL,
	"group_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	CONSTRAINT "directory_member_organization_id_group_id_user_id_pk" PRIMARY KEY("organization_id","group_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "directory_user" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"directory_id" uuid NOT NULL,
	"external_id" text,
	"user_name" text NOT NULL,
	"email" text NOT NULL,
	"profile" jsonb NOT NULL,
	"active" boolean NOT NULL,
	"person_id" uuid,
	"conflict" text,
	"conflict_dismissed_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "directory_user_email_lower" CHECK ("directory_user"."email" = lower("directory_user"."email"))
);
--> statement-breakpoint
CREATE TABLE "group_role" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"group_id" uuid NOT NULL,
	"role" text NOT NULL,
	"workspace_id" uuid,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "directory_token" ON "directory" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "directory_organization" ON "directory" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "directory_group_name" ON "directory_group" USING btree ("organization_id","directory_id",lower("display_name"));--> statement-breakpoint
CREATE INDEX "directory_group_external" ON "directory_group" USING btree ("organization_id","directory_id","external_id");--> statement-breakpoint
CREATE INDEX "directory_group_page" ON "directory_group" USING btree ("organization_id","directory_id","created_at","id");--> statement-breakpoint
CREATE INDEX "directory_member_user" ON "directory_member" USING btree ("organization_id","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "directory_user_name" ON "directory_user" USING btree ("organization_id","directory_id",lower("user_name"));--> statement-breakpoint
CREATE UNIQUE INDEX "directory_user_external" ON "directory_user" USING btree ("organization_id","directory_id","external_id");--> statement-breakpoint
CREATE UNIQUE INDEX "directory_user_person" ON "directory_user" USING btree ("organization_id","person_id");--> statement-breakpoint
CREATE INDEX "directory_user_page" ON "directory_user" USING btree ("organization_id","directory_id","created_at","id");--> statement-breakpoint
CREATE INDEX "directory_user_conflict" ON "directory_user" USING btree ("organization_id","directory_id") WHERE "directory_user"."conflict" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "group_role_once" ON "group_role" USING btree ("organization_id","group_id","role",coalesce("workspace_id", '00000000-0000-0000-0000-000000000000'));--> statement-breakpoint
select protect_tenant_table('directory');--> statement-breakpoint
select protect_tenant_table('directory_user');--> statement-breakpoint
select protect_tenant_table('directory_group');--> statement-breakpoint
select protect_tenant_table('directory_member');--> statement-breakpoint
select protect_tenant_table('group_role');--> statement-breakpoint
-- What a directory says is replaced by what it says next; the audit keeps what was.
grant delete on directory_user, directory_group, directory_member, group_role to countersign_app;--> statement-breakpoint
grant select (id, organization_id, token_hash) on directory to countersign_gate;--> statement-breakpoint
create policy gate on directory for select to countersign_gate using (true);--> statement-breakpoint
-- Whose directory a token is, asked before a tenant is known: as for API keys.
create function gate_directory(hash bytea) returns table (organization_id uuid, directory_id uuid)
  language sql stable security definer set search_path = pg_catalog, public
  begin atomic select d.organization_id, d.id from public.directory d where d.token_hash = hash; end;--> statement-breakpoint
alter function gate_directory(bytea) owner to countersign_gate;--> statement-breakpoint
revoke all on function gate_directory(bytea) from public;--> statement-breakpoint
grant execute on function gate_directory(bytea) to countersign_app;

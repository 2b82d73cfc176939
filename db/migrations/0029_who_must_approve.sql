CREATE TABLE "approval_decision" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"approval_id" uuid NOT NULL,
	"stage" integer NOT NULL,
	"person_id" uuid NOT NULL,
	"decision" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"on_behalf_of" uuid,
	"break_glass" boolean DEFAULT false NOT NULL,
	"digest" "bytea" NOT NULL,
	"proof_id" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "approval_decision_behalf" CHECK ("approval_decision"."on_behalf_of" is distinct from "approval_decision"."person_id"),
	CONSTRAINT "approval_decision_stage" CHECK ("approval_decision"."stage" >= 0)
);
--> statement-breakpoint
CREATE TABLE "absence" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "absence_period" CHECK ("absence"."ends_at" > "absence"."starts_at")
);
--> statement-breakpoint
CREATE TABLE "delegation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"from_person_id" uuid NOT NULL,
	"to_person_id" uuid NOT NULL,
	"workspace_id" uuid,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"reason" text NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ended_by" uuid,
	CONSTRAINT "delegation_period" CHECK ("delegation"."ends_at" > "delegation"."starts_at"),
	CONSTRAINT "delegation_other" CHECK ("delegation"."from_person_id" <> "delegation"."to_person_id")
);
--> statement-breakpoint
ALTER TABLE "approval" DROP CONSTRAINT "approval_not_own";--> statement-breakpoint
ALTER TABLE "approval" ADD COLUMN "plan" jsonb;--> statement-breakpoint
ALTER TABLE "approval" ADD COLUMN "stage" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "approval" ADD COLUMN "escalated" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "approval" ADD COLUMN "escalates_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "approval_decision_person" ON "approval_decision" USING btree ("organization_id","approval_id","person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "approval_decision_counted" ON "approval_decision" USING btree ("organization_id","approval_id",coalesce("on_behalf_of", "person_id"));--> statement-breakpoint
CREATE INDEX "absence_person" ON "absence" USING btree ("organization_id","person_id","ends_at") WHERE "absence"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "delegation_from" ON "delegation" USING btree ("organization_id","from_person_id","ends_at") WHERE "delegation"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "delegation_to" ON "delegation" USING btree ("organization_id","to_person_id","ends_at") WHERE "delegation"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "approval_escalation" ON "approval" USING btree ("organization_id","escalates_at") WHERE "approval"."status" = 'pending' and "approval"."escalates_at" is not null;--> statement-breakpoint
ALTER TABLE "approval" ADD CONSTRAINT "approval_not_own" CHECK ("approval"."decided_by" is null or coalesce(("approval"."plan" ->> 'ownerMayDecide')::boolean and "approval"."risk" <> 'CRITICAL', false)
        or ("approval"."decided_by" is distinct from "approval"."requester_person_id" and "approval"."decided_by" is distinct from "approval"."key_maker_id"));--> statement-breakpoint
select protect_tenant_table('approval_decision');--> statement-breakpoint
select protect_tenant_table('absence');--> statement-breakpoint
select protect_tenant_table('delegation');--> statement-breakpoint
-- What somebody decided is never changed.
revoke update on approval_decision from countersign_app;--> statement-breakpoint
alter table approval_decision add foreign key (organization_id, person_id) references person (organization_id, id);--> statement-breakpoint
alter table approval_decision add foreign key (organization_id, on_behalf_of) references person (organization_id, id);--> statement-breakpoint
alter table absence add foreign key (organization_id, person_id) references person (organization_id, id);--> statement-breakpoint
alter table delegation add foreign key (organization_id, from_person_id) references person (organization_id, id);--> statement-breakpoint
alter table delegation add foreign key (organization_id, to_person_id) references person (organization_id, id);--> statement-breakpoint
alter table delegation add foreign key (organization_id, workspace_id) references workspace (organization_id, id);--> statement-breakpoint
-- The mailbox that an address leads to: `ann+2@corp.test` is read where `ann@corp.test` is.
create function mailbox(address text) returns text
  language sql immutable strict parallel safe
  return case
    when split_part(lower(address), '@', 2) in ('gmail.com', 'googlemail.com')
      then replace(split_part(split_part(lower(address), '@', 1), '+', 1), '.', '') || '@gmail.com'
    when split_part(split_part(address, '@', 1), '+', 1) = '' then lower(address)
    else split_part(split_part(lower(address), '@', 1), '+', 1) || '@' || split_part(lower(address), '@', 2)
  end;--> statement-breakpoint
create index person_mailbox on person (organization_id, mailbox(email));--> statement-breakpoint
create index sso_identity_mailbox on sso_identity (organization_id, mailbox(email)) where person_id is not null;--> statement-breakpoint
create index directory_user_mailbox on directory_user (organization_id, mailbox(email)) where person_id is not null;--> statement-breakpoint
-- All accounts of the tenant that are the same human being as this one, itself first: they share a mailbox, of their own, of their
-- directory's or of their identity provider's, or a name at an identity provider.
create function accounts_of(account uuid) returns uuid[]
  language sql stable parallel safe
  begin atomic
    with boxes as (
      select mailbox(p.email) as box from person p where p.organization_id = tenant_id() and p.id = account
      union select mailbox(i.email) from sso_identity i where i.organization_id = tenant_id() and i.person_id = account
      union select mailbox(u.email) from directory_user u where u.organization_id = tenant_id() and u.person_id = account
    ), found as (
      select p.id from person p where p.organization_id = tenant_id() and mailbox(p.email) in (select box from boxes)
      union select i.person_id from sso_identity i where i.organization_id = tenant_id() and i.person_id is not null and mailbox(i.email) in (select box from boxes)
      union select u.person_id from directory_user u where u.organization_id = tenant_id() and u.person_id is not null and mailbox(u.email) in (select box from boxes)
      union select other.person_id from sso_identity mine
        join sso_connection at_mine on at_mine.id = mine.connection_id
        join sso_connection at_other on at_other.organization_id = mine.organization_id and at_other.issuer = at_mine.issuer
        join sso_identity other on other.organization_id = mine.organization_id and other.connection_id = at_other.id and other.subject = mine.subject
        where mine.organization_id = tenant_id() and mine.person_id = account and other.person_id is not null
    )
    select array_agg(distinct one.id) from (select account as id union select id from found) one;
  end;

CREATE TABLE "sso_identity" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"connection_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"email" text NOT NULL,
	"person_id" uuid,
	"conflict" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp (3) with time zone,
	CONSTRAINT "sso_identity_conflict" CHECK (("sso_identity"."person_id" is null) = (coalesce("sso_identity"."conflict", '') in ('other_subject', 'refused')))
);
--> statement-breakpoint
CREATE TABLE "sso_refusal" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"connection_id" uuid NOT NULL,
	"reference" text NOT NULL,
	"why" text NOT NULL,
	"reason" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sso_login" ADD COLUMN "subject" text;--> statement-breakpoint
ALTER TABLE "sso_login" ADD COLUMN "methods" text[];--> statement-breakpoint
CREATE UNIQUE INDEX "sso_identity_subject" ON "sso_identity" USING btree ("connection_id","subject") WHERE "sso_identity"."removed_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "sso_identity_person" ON "sso_identity" USING btree ("connection_id","person_id") WHERE "sso_identity"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "sso_refusal_connection" ON "sso_refusal" USING btree ("organization_id","connection_id","created_at");--> statement-breakpoint
select protect_tenant_table('sso_identity');--> statement-breakpoint
select protect_tenant_table('sso_refusal');--> statement-breakpoint
-- Only the last refusals are kept; the audit has them all.
grant delete on sso_refusal to countersign_app;--> statement-breakpoint
alter table sso_identity add foreign key (organization_id, connection_id) references sso_connection (organization_id, id);--> statement-breakpoint
alter table sso_identity add foreign key (organization_id, person_id) references person (organization_id, id);--> statement-breakpoint
alter table sso_refusal add foreign key (organization_id, connection_id) references sso_connection (organization_id, id);

CREATE TABLE "governance_document" (
	"organization_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"scope_type" text NOT NULL,
	"scope_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"content" jsonb NOT NULL,
	"hash" "bytea" NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "governance_document_organization_id_kind_scope_id_version_pk" PRIMARY KEY("organization_id","kind","scope_id","version"),
	CONSTRAINT "governance_document_organization" CHECK (("governance_document"."scope_type" = 'organization') = ("governance_document"."scope_id" = "governance_document"."organization_id")),
	CONSTRAINT "governance_document_version" CHECK ("governance_document"."version" >= 1)
);
--> statement-breakpoint
CREATE TABLE "governance_head" (
	"organization_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"scope_type" text NOT NULL,
	"scope_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "governance_head_organization_id_kind_scope_id_pk" PRIMARY KEY("organization_id","kind","scope_id")
);
--> statement-breakpoint
ALTER TABLE "action" ADD COLUMN "policies" "bytea";--> statement-breakpoint
select protect_tenant_table('governance_document');--> statement-breakpoint
select protect_tenant_table('governance_head');--> statement-breakpoint
-- A version is what people were shown and what was approved under it: it never changes.
revoke update on governance_document from countersign_app;

CREATE TABLE "network_rule" (
	"organization_id" uuid NOT NULL,
	"scope_id" uuid NOT NULL,
	"scope" text NOT NULL,
	"version" uuid NOT NULL,
	"addresses" text DEFAULT 'any' NOT NULL,
	"entries" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"countries" text DEFAULT 'any' NOT NULL,
	"country_codes" text[] DEFAULT '{}'::text[] NOT NULL,
	"admits_unknown" boolean DEFAULT false NOT NULL,
	"applies_to_keys" boolean DEFAULT true NOT NULL,
	"applies_to_directories" boolean DEFAULT false NOT NULL,
	"changed_by" uuid,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"is_set" boolean GENERATED ALWAYS AS (addresses <> 'any' or countries <> 'any') STORED NOT NULL,
	CONSTRAINT "network_rule_organization_id_scope_id_pk" PRIMARY KEY("organization_id","scope_id"),
	CONSTRAINT "network_rule_entries" CHECK (jsonb_array_length("network_rule"."entries") <= 500),
	CONSTRAINT "network_rule_countries" CHECK (cardinality("network_rule"."country_codes") <= 250),
	CONSTRAINT "network_rule_organization" CHECK (("network_rule"."scope" = 'organization') = ("network_rule"."scope_id" = "network_rule"."organization_id"))
);
--> statement-breakpoint
ALTER TABLE "api_key" ADD COLUMN "last_ip" text;--> statement-breakpoint
select protect_tenant_table('network_rule');

CREATE TABLE "audit_archive" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"first_seq" bigint NOT NULL,
	"last_seq" bigint NOT NULL,
	"events" bigint NOT NULL,
	"bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"file_name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "audit_archive_contiguous" CHECK ("audit_archive"."first_seq" >= 1 and "audit_archive"."events" >= 1 and "audit_archive"."events" = "audit_archive"."last_seq" - "audit_archive"."first_seq" + 1),
	CONSTRAINT "audit_archive_hash" CHECK ("audit_archive"."sha256" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE UNIQUE INDEX "audit_archive_first" ON "audit_archive" USING btree ("organization_id","first_seq");--> statement-breakpoint
CREATE INDEX "audit_archive_recent" ON "audit_archive" USING btree ("organization_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
select protect_tenant_table('audit_archive');--> statement-breakpoint
create trigger audit_archive_append_only before update or delete on audit_archive for each row execute function refuse_change();

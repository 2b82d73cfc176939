CREATE TABLE "agent_template" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"workspace_id" uuid,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"archived_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "rate_use" (
	"organization_id" uuid NOT NULL,
	"agent_id" uuid NOT NULL,
	"tool" text NOT NULL,
	"period" text NOT NULL,
	"slices" jsonb NOT NULL,
	"used_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "rate_use_organization_id_agent_id_tool_period_pk" PRIMARY KEY("organization_id","agent_id","tool","period")
);
--> statement-breakpoint
ALTER TABLE "agent" ADD COLUMN "template_id" uuid;--> statement-breakpoint
CREATE UNIQUE INDEX "agent_template_name" ON "agent_template" USING btree ("organization_id",coalesce("workspace_id", '00000000-0000-0000-0000-000000000000'),"name") WHERE "agent_template"."archived_at" is null;--> statement-breakpoint
CREATE INDEX "agent_of_template" ON "agent" USING btree ("organization_id","template_id") WHERE "agent"."template_id" is not null;
--> statement-breakpoint
select protect_tenant_table('agent_template');--> statement-breakpoint
select protect_tenant_table('rate_use');--> statement-breakpoint
grant delete on rate_use to countersign_app;--> statement-breakpoint
alter table agent_template add constraint agent_template_tenant unique (organization_id, id);--> statement-breakpoint
alter table agent_template add foreign key (organization_id, workspace_id) references workspace (organization_id, id);--> statement-breakpoint
alter table agent add foreign key (organization_id, template_id) references agent_template (organization_id, id);--> statement-breakpoint
alter table rate_use add foreign key (organization_id, agent_id) references agent (organization_id, id);

CREATE TABLE "security_setting" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"idle_minutes" integer DEFAULT 120 NOT NULL,
	"max_hours" integer DEFAULT 12 NOT NULL,
	"admin_idle_minutes" integer DEFAULT 30 NOT NULL,
	"admin_max_hours" integer DEFAULT 12 NOT NULL,
	"max_sessions" integer DEFAULT 10 NOT NULL,
	"unusual_sign_in" text DEFAULT 'notice' NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "security_setting_idle" CHECK ("security_setting"."idle_minutes" between 5 and 1440 and "security_setting"."admin_idle_minutes" between 5 and 60),
	CONSTRAINT "security_setting_max" CHECK ("security_setting"."max_hours" between 1 and 168 and "security_setting"."admin_max_hours" between 1 and 24),
	CONSTRAINT "security_setting_sessions" CHECK ("security_setting"."max_sessions" between 1 and 50)
);
--> statement-breakpoint
select protect_tenant_table('security_setting');--> statement-breakpoint
alter table security_setting add foreign key (organization_id) references organization (id);

CREATE TABLE "remembered_device" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"device_id" uuid NOT NULL,
	"user_agent" text,
	"ip" text,
	"country" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "factor" DROP CONSTRAINT "factor_secret";--> statement-breakpoint
ALTER TABLE "security_setting" ADD COLUMN "weak_factors" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "security_setting" ADD COLUMN "weak_factors_count" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "security_setting" ADD COLUMN "remember_days" integer DEFAULT 30 NOT NULL;--> statement-breakpoint
ALTER TABLE "security_setting" ADD COLUMN "remember_admin_days" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "remembered_device_token" ON "remembered_device" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "remembered_device_person" ON "remembered_device" USING btree ("organization_id","person_id") WHERE "remembered_device"."revoked_at" is null;--> statement-breakpoint
ALTER TABLE "factor" ADD CONSTRAINT "factor_secret" CHECK ("factor"."removed_at" is not null or ("factor"."kind" in ('totp', 'sms')) = ("factor"."secret" is not null));--> statement-breakpoint
ALTER TABLE "security_setting" ADD CONSTRAINT "security_setting_weak_factors" CHECK ("security_setting"."weak_factors" <@ '{email,sms}'::text[]);--> statement-breakpoint
ALTER TABLE "security_setting" ADD CONSTRAINT "security_setting_remember" CHECK ("security_setting"."remember_days" between 0 and 90 and "security_setting"."remember_admin_days" between 0 and 90);--> statement-breakpoint
select protect_tenant_table('remembered_device');--> statement-breakpoint
alter table remembered_device add foreign key (organization_id, person_id) references person (organization_id, id);

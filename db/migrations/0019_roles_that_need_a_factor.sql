ALTER TABLE "security_setting" ADD COLUMN "factor_roles" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "security_setting" ADD COLUMN "factor_grace_days" integer DEFAULT 14 NOT NULL;--> statement-breakpoint
ALTER TABLE "security_setting" ADD COLUMN "factor_since" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "security_setting" ADD CONSTRAINT "security_setting_factor_grace" CHECK ("security_setting"."factor_grace_days" between 0 and 90);
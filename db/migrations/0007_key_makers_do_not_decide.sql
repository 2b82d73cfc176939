ALTER TABLE "approval" DROP CONSTRAINT "approval_not_own";--> statement-breakpoint
ALTER TABLE "approval" ADD COLUMN "key_maker_id" uuid;--> statement-breakpoint
ALTER TABLE "approval" ADD CONSTRAINT "approval_not_own" CHECK ("approval"."decided_by" is null or ("approval"."decided_by" is distinct from "approval"."requester_person_id" and "approval"."decided_by" is distinct from "approval"."key_maker_id"));--> statement-breakpoint
-- What waits at this moment is held to the same rule. Forced policies bind the owner too, so they rest for this statement.
alter table approval no force row level security;--> statement-breakpoint
alter table action no force row level security;--> statement-breakpoint
alter table api_key no force row level security;--> statement-breakpoint
update approval p set key_maker_id = k.created_by
  from action x join api_key k on k.organization_id = x.organization_id and k.id = x.api_key_id
  where p.status = 'pending' and x.organization_id = p.organization_id and x.id = p.action_id;--> statement-breakpoint
alter table approval force row level security;--> statement-breakpoint
alter table action force row level security;--> statement-breakpoint
alter table api_key force row level security;

import { ButtonLink } from "@/components/ui/button-link";
import { Callout } from "@/components/ui/callout";
import { RelativeTime } from "@/components/ui/relative-time";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { isFactorOverdue } from "@/lib/mfa/overdue";

/** Says to whoever needs a second factor, and has none, by when; above every page. */
export function FactorCallout({ ctx }: { ctx: PersonCtx }) {
  if (!ctx.factorDueAt) return null;
  const isOverdue = isFactorOverdue(ctx);
  return (
    <div className="px-4 pt-4 lg:px-6">
      <Callout
        tone={isOverdue ? "danger" : "warn"}
        title={isOverdue ? "Your role needs a second factor" : "Your role will need a second factor"}
        action={
          <ButtonLink href="/account" size="sm">
            Set it up
          </ButtonLink>
        }
      >
        {isOverdue ? (
          "Until you have set one up, under Sign-in security, nothing but your account is open."
        ) : (
          <>
            Set one up before it is asked for: <RelativeTime at={ctx.factorDueAt} />.
          </>
        )}
      </Callout>
    </div>
  );
}

import { ActionButton } from "@/components/form/action-button";
import { Card } from "@/components/ui/card";
import { may } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import type { PersonView } from "@/lib/people/load";
import { resetFactorsAction } from "../actions";

/** For the day on which somebody lost their phone and their recovery codes. */
export function MemberFactors({ ctx, member }: { ctx: PersonCtx; member: PersonView }) {
  if (member.id === ctx.actor.id || member.status !== "active" || !may(ctx, "sessions", "revoke", { workspaceId: null })) return null;
  return (
    <Card title="Second factor" description="Somebody who lost their authenticator app, keys and recovery codes cannot sign in any more.">
      <ActionButton
        action={resetFactorsAction}
        input={{ id: member.id }}
        success="Removed. Their password signs them in."
        confirm={{
          title: `Remove the second factors of ${member.name}?`,
          consequence: "Be sure that it is them who asks, and not somebody who has their password: it alone signs them in from then on. They are told.",
          confirmLabel: "Remove all",
        }}
      >
        Remove all second factors
      </ActionButton>
    </Card>
  );
}

import { PresenceList } from "@/app/(portal)/account/presence/presence-list";
import { Card } from "@/components/ui/card";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { presenceOf } from "@/lib/presence/load";

/** When the person is away and who decides for them, for whoever may end it. */
export async function MemberPresence({ ctx, personId }: { ctx: PersonCtx; personId: string }) {
  return (
    <Card title="Away and delegation" description="Parts in approvals that they gave or have. What you end counts no more from this moment." flush>
      <PresenceList {...await presenceOf(ctx, { personId })} empty="They are not away, and nobody decides for them." />
    </Card>
  );
}

import { SessionList } from "@/app/(portal)/account/session-list";
import { Card } from "@/components/ui/card";
import { may } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { mayLockAnything } from "@/lib/locks/authorize-lock";
import { listSessions } from "@/lib/sessions/list";

/** Where the person is signed in, for whoever may see that of them. */
export async function MemberSessions({ ctx, personId }: { ctx: PersonCtx; personId: string }) {
  const sessions = await listSessions(ctx, { personId });
  const mayRevoke = personId === ctx.actor.id || may(ctx, "sessions", "revoke", { workspaceId: null });
  return (
    <Card title="Sessions" description="Where they are signed in now. A session that is ended is refused at its next click." flush>
      <SessionList sessions={sessions} mayRevoke={mayRevoke} mayLock={mayLockAnything(ctx)} />
    </Card>
  );
}

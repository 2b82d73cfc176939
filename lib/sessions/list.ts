import { eq } from "drizzle-orm";
import { roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeSelf, may } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { countryName, countryOf } from "@/lib/geo/country";
import { loadMember } from "@/lib/people/member";
import { read } from "@/lib/transact";
import { deviceName } from "./device";
import { openSessions } from "./open";

/** `ip` and `place`: from where it was used last; `openedFrom`: the address that it was opened from, where that is another one. */
export type SessionRow = { id: string; device: string; deviceId: string | null; place: string | null; ip: string | null; openedFrom: string | null; createdAt: Date; lastSeenAt: Date; endsAt: Date; isCurrent: boolean };

/** The sessions in which a person is signed in now, the last used first: one's own, or somebody's by `sessions.view`. */
export async function listSessions(ctx: PersonCtx, { personId }: { personId: string }): Promise<SessionRow[]> {
  return read(ctx, async (tx) => {
    if (personId === ctx.actor.id) authorizeSelf(tx, ctx, personId);
    else await authorizeView(tx, ctx, personId);
    const rows = await openSessions(tx, personId);
    return rows
      .sort((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime())
      .map(({ id, userAgent, deviceId, country, ip, lastIp, createdAt, lastSeenAt, endsAt }) => {
        const isElsewhere = lastIp !== null && lastIp !== ip;
        const place = isElsewhere ? countryOf(lastIp) : country;
        return {
          id, device: deviceName(userAgent), deviceId, place: place ? countryName(place) : null, ip: lastIp ?? ip, openedFrom: isElsewhere ? ip : null, createdAt, lastSeenAt, endsAt, isCurrent: id === ctx.actor.sessionId,
        };
      });
  });
}

/** Somebody of one's workspace, or anybody with the permission on the organization. */
async function authorizeView(tx: Tx, ctx: PersonCtx, personId: string): Promise<void> {
  await loadMember(tx, ctx, personId);
  const rows = await tx.select({ workspaceId: roleGrant.workspaceId }).from(roleGrant).where(eq(roleGrant.personId, personId));
  const place = rows.find(({ workspaceId }) => may(ctx, "sessions", "view", { workspaceId }));
  authorize(tx, ctx, "sessions", "view", { workspaceId: place?.workspaceId ?? null });
}

import { inArray, sql } from "drizzle-orm";
import { session } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { publish } from "@/lib/live/publish";
import { notify } from "@/lib/notices/notify";
import { deviceName } from "./device";
import { openSessions } from "./open";

type Coming = { sessionId: string; personId: string; ip: string | null; userAgent: string | null };

/**
 * Ends a person's oldest sessions where one more would be more than they may have at once, and tells them; gives which. The
 * caller holds the lock of the person's row, so that those who come in at the same moment follow one another.
 */
export async function makeRoom(tx: Tx, organizationId: string, maxSessions: number, coming: Coming): Promise<string[]> {
  const open = await openSessions(tx, coming.personId);
  const over = open.slice(0, Math.max(0, open.length + 1 - maxSessions));
  if (over.length === 0) return [];
  const ids = over.map(({ id }) => id);
  await tx.update(session).set({ revokedAt: sql`now()` }).where(inArray(session.id, ids));
  publish(tx, organizationId, `access:${coming.personId}`);
  const ended = over.map(({ userAgent, ip }) => `${deviceName(userAgent)}${ip ? ` from ${ip}` : ""}`).join(", ");
  await notify(tx, organizationId, {
    personIds: [coming.personId],
    dedupeKey: `session-limit:${coming.sessionId}`,
    title: over.length === 1 ? "Your oldest session has ended" : `Your ${over.length} oldest sessions have ended`,
    body: `You signed in with ${deviceName(coming.userAgent)}${coming.ip ? ` from ${coming.ip}` : ""}, and nobody may have more than ${maxSessions} sessions at once. Ended: ${ended}. If that sign-in was not you, end it in your account and change your password.`,
    href: "/account",
  });
  return ids;
}

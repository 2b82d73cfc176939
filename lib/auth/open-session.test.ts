import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { notice } from "@/db/schema/message";
import { session } from "@/db/schema/people";
import { inTenant } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { loadPersonCtx } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { changeSecurity } from "@/lib/security/change";
import { openSessions } from "@/lib/sessions/open";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { transact } from "@/lib/transact";
import { openSession } from "./open-session";

useTestDatabase();

const info = () => ({ requestId: newId(), ip: "198.51.100.7", userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" });
const rules = { idleMinutes: 60, maxHours: 10, adminIdleMinutes: 15, adminMaxHours: 8, maxSessions: 3, unusualSignIn: "notice" as const };

/** One more session of somebody whose password was right. */
function comeIn({ organizationId, actor }: PersonCtx): Promise<string> {
  const ctx = systemCtx("sign-in", organizationId, info());
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "sessions", "view", { workspaceId: null });
    const { sessionId, audit } = await openSession(tx, ctx, actor, { method: "password", while: sql`true` });
    return { value: sessionId, audit };
  });
}

const openOf = (ctx: PersonCtx) => inTenant(database(), ctx.organizationId, async (tx) => (await openSessions(tx, ctx.actor.id)).map(({ id }) => id));

async function limited() {
  const t = await tenant();
  await changeSecurity(await t.as("organization_admin"), rules);
  return t.as("viewer");
}

describe("opening a session", () => {
  it("ends the oldest one where it is one too many, tells its person, and says so in the audit", async () => {
    const me = await limited();
    const others = [await comeIn(me), await comeIn(me)];
    expect(await openOf(me)).toEqual([me.actor.sessionId, ...others]);
    const newest = await comeIn(me);
    expect(await openOf(me)).toEqual([...others, newest]);
    expect(await loadPersonCtx(me.actor.sessionId, info())).toBeNull();
    const told = await inTenant(database(), me.organizationId, (tx) => tx.select().from(notice).where(eq(notice.personId, me.actor.id)));
    expect(told.map(({ title, href }) => [title, href])).toEqual([["Your oldest session has ended", "/account"]]);
    expect((await eventBodies(me.organizationId, "sessions.signed_in")).at(-1)?.details).toEqual({ method: "password", ended: [me.actor.sessionId] });
  });

  it("never leaves more of them than the organization allows, however many come in at once", async () => {
    const me = await limited();
    const opened = await Promise.all(Array.from({ length: 12 }, () => comeIn(me)));
    const open = await openOf(me);
    expect(open).toHaveLength(3);
    expect(open.filter((id) => !opened.includes(id))).toEqual([]);
  });

  it("does not end anything for sessions that are over already", async () => {
    const me = await limited();
    const over = await comeIn(me);
    await inTenant(database(), me.organizationId, (tx) => tx.update(session).set({ lastSeenAt: sql`now() - interval '61 minutes'` }).where(eq(session.id, over)));
    const third = await comeIn(me);
    expect(await openOf(me)).toEqual([me.actor.sessionId, third]);
    const fourth = await comeIn(me);
    expect(await openOf(me)).toEqual([me.actor.sessionId, third, fourth]);
  });
});

import { and, eq, gt, isNotNull, isNull, sql } from "drizzle-orm";
import { ssoLogin } from "@/db/schema/sso";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import { hashToken } from "@/lib/auth/token";
import type { Ctx } from "@/lib/ctx/ctx";
import { read, transact } from "@/lib/transact";
import type { Login } from "./begin";
import { derived } from "./browser-secret";
import { SsoRefusal } from "./refusal";

/** Whose connection, and for whom the portal works on it. */
type At = { ctx: Ctx; connection: { id: string } };

function isOpen(connectionId: string, state: string) {
  return and(eq(ssoLogin.connectionId, connectionId), eq(ssoLogin.stateHash, hashToken(state)), isNull(ssoLogin.answeredAt), gt(ssoLogin.expiresAt, sql`now()`));
}

/** The one use of a login: for one of however many come at the same moment. Null for a browser that did not begin it. */
export async function takeLogin({ ctx, connection: { id: connectionId } }: At, secret: string): Promise<Login | null> {
  return transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    const [login] = await tx.update(ssoLogin).set({ answeredAt: sql`now()` }).where(and(isOpen(connectionId, derived(secret).state), eq(ssoLogin.browserHash, hashToken(secret)))).returning();
    return { value: login ?? null, audit: noAudit("what the answer leads to is the event") };
  });
}

/** The login that waits for an answer with this state, whatever browser it is of. */
export async function openLogin({ ctx, connection: { id: connectionId } }: At, state: string | null): Promise<Login | null> {
  if (!state) return null;
  return read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    const [login] = await tx.select().from(ssoLogin).where(isOpen(connectionId, state));
    return login ?? null;
  });
}

/** The login of this browser whose answer was posted already. */
export async function answeredLogin({ ctx, connection: { id: connectionId } }: At, secret: string): Promise<Login | null> {
  return read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    const own = and(eq(ssoLogin.connectionId, connectionId), eq(ssoLogin.stateHash, hashToken(derived(secret).state)), eq(ssoLogin.browserHash, hashToken(secret)));
    const [login] = await tx.select().from(ssoLogin).where(and(own, isNotNull(ssoLogin.answeredAt), gt(ssoLogin.expiresAt, sql`now()`)));
    return login ?? null;
  });
}

/** Why no login of this browser waits for an answer with this state: for the page, and for the admin who is asked. */
export async function whyNone({ ctx, connection: { id: connectionId } }: At, state: string | null, secret: string | null): Promise<SsoRefusal> {
  const [login] = state
    ? await read(ctx, async (tx) => {
        authorizeSystem(tx, ctx, "sessions", "view");
        const row = { answeredAt: ssoLogin.answeredAt, isOver: sql<boolean>`${ssoLogin.expiresAt} <= now()` };
        return tx.select(row).from(ssoLogin).where(and(eq(ssoLogin.connectionId, connectionId), eq(ssoLogin.stateHash, hashToken(state))));
      })
    : [];
  if (!login) return new SsoRefusal("The answer is to no request of this portal.", { why: "lost" });
  if (login.isOver) return new SsoRefusal("The answer came more than ten minutes after its request.", { why: "late" });
  if (!secret || derived(secret).state !== state) return new SsoRefusal("The answer came to a browser that did not make the request, or that keeps no cookies.", { why: "lost" });
  return new SsoRefusal("The answer came a second time.", { why: "used" });
}

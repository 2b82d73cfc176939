import { eq } from "drizzle-orm";
import { ssoLogin, ssoSession } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";

/** Ties a session to the one at the provider that it came by, so that the end of either ends the other. */
export async function keepSsoSession(tx: Tx, organizationId: string, sessionId: string, loginId: string): Promise<void> {
  const [login] = await tx
    .select({ connectionId: ssoLogin.connectionId, subject: ssoLogin.subject, nameId: ssoLogin.nameId, sessionIndex: ssoLogin.sessionIndex, idToken: ssoLogin.idToken })
    .from(ssoLogin)
    .where(eq(ssoLogin.id, loginId));
  // A SAML name that is made for a single sign-in is nobody's to be known by again, but says which session to end.
  const subject = login?.subject ?? login?.nameId?.value;
  if (!login || !subject) return;
  await tx.insert(ssoSession).values({ sessionId, organizationId, ...login, subject });
  await tx.update(ssoLogin).set({ idToken: null }).where(eq(ssoLogin.id, loginId));
}

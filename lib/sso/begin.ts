import { and, eq, lt, sql } from "drizzle-orm";
import { ssoLogin } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import { hashToken } from "@/lib/auth/token";
import { newId } from "@/lib/id";
import type { BrowserSecret } from "./browser-secret";
import type { Connection } from "./connection";
import { authorizationUrl, providerOf } from "./oidc";
import { requestUrl } from "./saml";

export type Login = typeof ssoLogin.$inferSelect;

export const loginMinutes = 10;

type Way = { purpose: "sign_in" | "test"; nextPath: string; personId: string | null };

/** The row of a way to an identity provider and back. Forgets those that are long over. For use inside a verb, which has asked `authorize`. */
export async function insertLogin(tx: Tx, connection: Connection, secret: BrowserSecret, way: Way): Promise<{ id: string; requestId: string }> {
  const made = { id: newId(), requestId: `_${newId()}` };
  await tx.delete(ssoLogin).where(and(eq(ssoLogin.connectionId, connection.id), lt(ssoLogin.expiresAt, sql`now() - interval '1 day'`)));
  await tx.insert(ssoLogin).values({
    ...made, ...way, organizationId: connection.organizationId, connectionId: connection.id, stateHash: hashToken(secret.state), browserHash: hashToken(secret.secret),
    expiresAt: new Date(Date.now() + loginMinutes * 60_000),
  });
  return made;
}

/** Where the browser goes. Outside of any transaction, since it asks the identity provider. */
export async function addressOf(connection: Connection, requestId: string, secret: BrowserSecret, loginHint?: string): Promise<string> {
  if (connection.kind === "saml") return requestUrl(connection, requestId, secret.state);
  return authorizationUrl(providerOf(connection), secret, loginHint);
}

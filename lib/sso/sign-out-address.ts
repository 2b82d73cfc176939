import { eq } from "drizzle-orm";
import * as client from "openid-client";
import { ssoSession } from "@/db/schema/sso";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { orNull } from "@/lib/errors";
import { read } from "@/lib/transact";
import { signedOutAddress } from "./addresses";
import { isProviderAddress } from "./bounded-fetch";
import { type Connection, findConnection } from "./connection";
import { discover, providerOf } from "./oidc";
import { unsealIdToken } from "./seal";
import { requestAddress } from "./sign-out-message";

/**
 * Where the browser goes to sign out at the provider too that the caller's session came by (OpenID Connect RP-Initiated
 * Logout, SAML 2.0 Single Logout); null where it came by none, or the provider has no such address or does not answer: here
 * they are signed out.
 */
export async function signOutAddress(ctx: PersonCtx): Promise<string | null> {
  const came = await read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, ctx.actor.id);
    const [row] = await tx.select().from(ssoSession).where(eq(ssoSession.sessionId, ctx.actor.sessionId));
    const connection = row ? await findConnection(tx, row.connectionId).catch(orNull("not_found")) : null;
    return connection && row ? { connection, row } : null;
  });
  if (!came) return null;
  return came.connection.kind === "saml" ? requestAddress(came.connection, came.row) : oidcAddress(came.connection, came.row.idToken);
}

async function oidcAddress(connection: Connection, sealed: Buffer | null): Promise<string | null> {
  const idToken = sealed ? unsealIdToken(sealed, connection.id) : null;
  const config = idToken ? await discover(providerOf(connection)).catch(orNull("invalid_input")) : null;
  if (!idToken || !config?.serverMetadata().end_session_endpoint) return null;
  const url = client.buildEndSessionUrl(config, { id_token_hint: idToken, post_logout_redirect_uri: signedOutAddress() });
  return isProviderAddress(url.href) ? url.href : null;
}

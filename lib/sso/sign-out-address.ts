import { eq } from "drizzle-orm";
import * as client from "openid-client";
import { ssoSession } from "@/db/schema/sso";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { orNull } from "@/lib/errors";
import { read } from "@/lib/transact";
import { signedOutAddress } from "./addresses";
import { isProviderAddress } from "./bounded-fetch";
import { findConnection } from "./connection";
import { discover, providerOf } from "./oidc";
import { unsealIdToken } from "./seal";

/**
 * Where the browser goes to sign out at the provider too that the caller's session came by (OpenID Connect RP-Initiated
 * Logout); null where it came by none, or the provider has no such address or does not answer: here they are signed out.
 */
export async function signOutAddress(ctx: PersonCtx): Promise<string | null> {
  const came = await read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, ctx.actor.id);
    const [row] = await tx.select({ connectionId: ssoSession.connectionId, idToken: ssoSession.idToken }).from(ssoSession).where(eq(ssoSession.sessionId, ctx.actor.sessionId));
    const connection = row?.idToken ? await findConnection(tx, row.connectionId).catch(orNull("not_found")) : null;
    return connection && row?.idToken ? { connection, idToken: unsealIdToken(row.idToken, connection.id) } : null;
  });
  if (!came?.idToken) return null;
  const config = await discover(providerOf(came.connection)).catch(orNull("invalid_input"));
  if (!config?.serverMetadata().end_session_endpoint) return null;
  const url = client.buildEndSessionUrl(config, { id_token_hint: came.idToken, post_logout_redirect_uri: signedOutAddress() });
  return isProviderAddress(url.href) ? url.href : null;
}

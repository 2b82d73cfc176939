import { z } from "zod";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { cleanText } from "@/lib/text";
import { read, transact } from "@/lib/transact";
import { insertConnection } from "./insert-connection";
import { discover, type Provider } from "./oidc";
import { seal } from "./seal";

export const ConnectOidcInput = z.strictObject({
  name: cleanText({ max: 80 }),
  /** The issuer, or its `/.well-known/openid-configuration`. */
  discoveryUrl: cleanText({ max: 500 }),
  clientId: cleanText({ max: 300 }),
  clientSecret: cleanText({ max: 1_000 }),
});
export type ConnectOidcInput = z.infer<typeof ConnectOidcInput>;

/**
 * Connects an OpenID Connect provider; nobody signs in by it before a domain is verified for it.
 * @throws AppError `invalid_input` where no provider answers at the address; `conflict` for a name that is taken.
 */
export async function connectOidc(ctx: PersonCtx, input: ConnectOidcInput, ask: typeof issuerOf = issuerOf): Promise<{ id: string }> {
  const id = newId();
  // The address is asked for whoever may, before the transaction, in which nothing waits for a network.
  await read(ctx, async (tx) => authorize(tx, ctx, "settings", "update", { workspaceId: null }));
  const issuer = await ask({ id, issuer: input.discoveryUrl, clientId: input.clientId, clientSecret: input.clientSecret });
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "sso.connect_oidc", ctx.organizationId);
    const values = { id, kind: "oidc" as const, name: input.name, issuer, clientId: input.clientId, clientSecret: seal(input.clientSecret, id) };
    return insertConnection(tx, ctx, values, { subject: "", email: "email", name: "name", rules: [], defaultRole: null });
  });
}

/** The provider's own name, read from what it says of itself. */
async function issuerOf(provider: Provider): Promise<string> {
  return (await discover(provider)).serverMetadata().issuer;
}

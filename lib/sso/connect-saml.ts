import { z } from "zod";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { cleanText } from "@/lib/text";
import { read, transact } from "@/lib/transact";
import { readCertificate } from "./certificate";
import { insertConnection } from "./insert-connection";
import { fetchMetadata, requireUsable } from "./metadata-changes";
import { makeOwnKey } from "./own-key";
import { type ProviderMetadata, readMetadata } from "./saml-metadata";

const left = (max: number, lines = false) => cleanText({ min: 0, max, lines }).default("");

export const ConnectSamlInput = z.strictObject({
  name: cleanText({ max: 80 }),
  /** One of: the address of the metadata, the metadata, or what matters in it. */
  metadataUrl: left(500),
  metadata: left(200_000, true),
  issuer: left(500),
  signInUrl: left(1_000),
  signOutUrl: left(1_000),
  certificate: left(20_000, true),
});
export type ConnectSamlInput = z.infer<typeof ConnectSamlInput>;

/**
 * Connects a SAML 2.0 identity provider; nobody signs in by it before a domain is verified for it.
 * @throws AppError `invalid_input` that names what is missing or wrong; `conflict` for a name that is taken.
 */
export async function connectSaml(ctx: PersonCtx, input: ConnectSamlInput): Promise<{ id: string }> {
  await read(ctx, async (tx) => authorize(tx, ctx, "settings", "update", { workspaceId: null }));
  const found = await providerOf(input);
  requireUsable(found);
  const id = newId();
  const ownKey = await makeOwnKey(id);
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "sso.connect_saml", ctx.organizationId);
    return insertConnection(tx, ctx, { id, kind: "saml", name: input.name, ...found, ...ownKey }, { subject: "", email: "NameID", name: "displayName", rules: [], defaultRole: null });
  });
}

async function providerOf({ metadataUrl, metadata, issuer, signInUrl, signOutUrl, certificate }: ConnectSamlInput): Promise<ProviderMetadata & { metadataUrl?: string }> {
  if (metadataUrl) {
    return { ...(await fetchMetadata(metadataUrl)), metadataUrl };
  }
  if (metadata) return readMetadata(metadata);
  if (issuer && signInUrl && certificate) return { issuer, signInUrl, signOutUrl: signOutUrl || null, certificates: [readCertificate(certificate)] };
  throw missing({ metadataUrl: "give the address of the metadata, or the metadata, or entity id, sign-in address and certificate" });
}

function missing(fields: Record<string, string>): AppError {
  return new AppError("invalid_input", "The identity provider is not described.", { fields });
}

import { z } from "zod";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { read } from "@/lib/transact";
import { findConnection } from "./connection";
import { attributesIn } from "./gate";
import { ClaimMapping, type Claims, claimsOf, type Mapped, mapClaims } from "./mapping";

export const PreviewMappingInput = z.strictObject({
  id: z.uuid(),
  /** A SAML response or assertion, as XML or in base64; an ID token; or claims as JSON. */
  pasted: z.string().min(1).max(300_000),
  /** A mapping that is not saved yet, as JSON; the connection's own unless given. */
  mapping: z.string().max(100_000).optional(),
});
export type PreviewMappingInput = z.infer<typeof PreviewMappingInput>;

/**
 * What a pasted assertion or token would lead to. Nothing in it is believed: no signature is checked and nobody signs in.
 * @throws AppError `invalid_input` for what is neither.
 */
export async function previewMapping(ctx: PersonCtx, { id, pasted, mapping }: PreviewMappingInput): Promise<Mapped & { claims: Claims }> {
  const own = await read(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    return (await findConnection(tx, id)).mapping;
  });
  const claims = claimsIn(pasted.trim());
  return { ...mapClaims(mapping ? ClaimMapping.parse(json(mapping)) : own, claims), claims };
}

function claimsIn(text: string): Claims {
  if (text.startsWith("{")) return claimsOf(json(text));
  if (text.startsWith("<")) return attributesIn(text);
  const [, body, ...rest] = text.split(".");
  if (body && rest.length === 1) return claimsOf(json(Buffer.from(body, "base64url").toString("utf8")));
  const decoded = Buffer.from(text, "base64").toString("utf8").trim();
  if (decoded.startsWith("<")) return attributesIn(decoded);
  throw unreadable();
}

const JsonObject = z.record(z.string(), z.unknown());

function json(text: string): Record<string, unknown> {
  try {
    return JsonObject.parse(JSON.parse(text));
  } catch {
    throw unreadable();
  }
}

function unreadable(): AppError {
  return new AppError("invalid_input", "This is neither an assertion nor an ID token.", { fields: { pasted: "paste the SAML response, the ID token, or its claims as JSON" } });
}

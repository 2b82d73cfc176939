import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { CompactSign, compactVerify } from "jose";
import type { lease } from "@/db/schema/lease";
import { env } from "@/lib/env";
import { leaseKey } from "./keys";

/** The longest token that is looked at: with every list as long as it may be it has about 40,000 characters. */
export const longestToken = 65_536;
const type = "lease+jwt";

type Lease = Pick<
  typeof lease.$inferSelect,
  "id" | "organizationId" | "workspaceId" | "agentId" | "tools" | "operations" | "resources" | "domains" | "maxUses" | "costEachMicros" | "costTotalMicros" | "createdAt" | "notBefore" | "expiresAt"
>;

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

/** What a lease says of itself (RFC 7519): the same for the same row, so that the token need not be kept. */
function claimsOf(of: Lease): object {
  return {
    iss: new URL(env().APP_URL).origin,
    sub: of.agentId,
    jti: of.id,
    iat: seconds(of.createdAt),
    nbf: seconds(of.notBefore),
    exp: seconds(of.expiresAt),
    org: of.organizationId,
    workspace: of.workspaceId,
    tools: of.tools,
    operations: of.operations,
    resources: of.resources,
    domains: of.domains,
    maxUses: of.maxUses,
    costEachMicros: of.costEachMicros,
    costTotalMicros: of.costTotalMicros,
  };
}

/** The token of a lease: a compact JWS (RFC 7515) by EdDSA (RFC 8037), whose signature is the same each time. */
export async function signLease(of: Lease): Promise<string> {
  const { kid, privateKey } = leaseKey();
  const payload = new TextEncoder().encode(canonicalize(claimsOf(of)));
  return new CompactSign(payload).setProtectedHeader({ alg: "EdDSA", kid, typ: type }).sign(privateKey);
}

export function tokenHash(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** A token that was shown with an action, as far as it can be judged without the database. */
export type ShownLease = { id: string; hash: Buffer } | { refused: string };

/**
 * Opens a token that somebody shows: its signature must be by this installation's key and EdDSA, whatever its header says,
 * and its organization and agent those of the caller. What is left of the lease is not in it; see `takeLeases`.
 */
export async function openLease(token: string, { organizationId, agentId }: { organizationId: string; agentId: string }): Promise<ShownLease> {
  if (token.length > longestToken) return { refused: "The lease is longer than any that was issued." };
  const { kid, publicKey } = leaseKey();
  const opened = await compactVerify(token, publicKey, { algorithms: ["EdDSA"] }).catch(() => null);
  const { protectedHeader: header } = opened ?? {};
  if (!opened || header?.typ !== type || header.kid !== kid) return { refused: "The lease is not signed by this portal." };
  const claims = JSON.parse(new TextDecoder().decode(opened.payload)) as { org?: unknown; sub?: unknown; jti?: unknown };
  if (claims.org !== organizationId) return { refused: "The lease is of another organization." };
  if (claims.sub !== agentId) return { refused: "The lease is of another agent." };
  return typeof claims.jti === "string" ? { id: claims.jti, hash: tokenHash(token) } : { refused: "The lease has no id." };
}

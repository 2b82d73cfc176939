import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { LeaseScope } from "@/db/schema/lease";

/** What an approval of a lease is bound to: RFC 8785 form of who asks for what, where, and why. */
export function leaseRequestDigest(parts: { scope: LeaseScope; reason: string; organizationId: string; workspaceId: string }): Buffer {
  return createHash("sha256").update(canonicalize({ kind: "access", ...parts }) ?? "").digest();
}

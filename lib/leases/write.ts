import { sql } from "drizzle-orm";
import { lease, type LeaseScope } from "@/db/schema/lease";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import { newId } from "@/lib/id";
import { scopeWords } from "./words";
import { signLease, tokenHash } from "./token";

export type LeaseToWrite = { organizationId: string; workspaceId: string; scope: LeaseScope; reason: string; issuedBy: string; approvalId: string | null };

/** Writes and signs a lease, once its issuer was found to be one who may. The signing is quick, and asks nobody. */
export async function writeLease(tx: Tx, { organizationId, workspaceId, scope, reason, issuedBy, approvalId }: LeaseToWrite): Promise<{ id: string; token: string; expiresAt: Date; audit: AuditEntry }> {
  const [clock] = await tx.execute<{ now: string }>(sql`select date_trunc('second', now()) as now`);
  const notBefore = new Date(clock?.now ?? Date.now());
  const expiresAt = new Date(notBefore.getTime() + scope.lifeSeconds * 1000);
  const { lifeSeconds: _life, ...rest } = scope;
  const made = { id: newId(), organizationId, workspaceId, ...rest, notBefore, expiresAt, createdAt: notBefore };
  const token = await signLease(made);
  await tx.insert(lease).values({ ...made, reason, tokenHash: tokenHash(token), issuedBy, approvalId });
  return {
    id: made.id,
    token,
    expiresAt,
    audit: {
      action: "leases.issued",
      resource: { type: "lease", id: made.id, name: scopeWords(scope), workspaceId },
      details: { ...scope, jti: made.id, reason, tokenSha256: tokenHash(token).toString("hex"), notBefore: notBefore.toISOString(), expiresAt: expiresAt.toISOString() },
      ...(approvalId ? { approval: { id: approvalId, required: true, by: issuedBy } } : {}),
    },
  };
}

import { eq, isNull, sql } from "drizzle-orm";
import { directory } from "@/db/schema/directory";
import { authorizeSystem } from "@/lib/ability/authorize";
import { type AuditEntry, noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { recomputeRoles, roleChanges } from "./recompute";

/**
 * Every night: whether the roles that people have by a directory are those that its groups give. What is not is put right, and
 * told, since something other than the directory must have changed it. Gives how many roles were wrong.
 */
export async function checkDirectoryDrift(ctx: Ctx): Promise<number> {
  return transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "settings", "read");
    const rows = await tx.select({ id: directory.id, name: directory.name }).from(directory).where(isNull(directory.disconnectedAt)).orderBy(directory.id).for("update");
    let drift = 0;
    const audit: AuditEntry[] = [];
    for (const { id, name } of rows) {
      const { gained, lost } = await roleChanges(tx, id, null);
      const wrong = gained.length + lost.length;
      await tx.update(directory).set({ checkedAt: sql`now()`, checkedDrift: wrong }).where(eq(directory.id, id));
      if (wrong === 0) continue;
      drift += wrong;
      audit.push({ action: "directory.drift_found", resource: { type: "directory", id, name }, details: { missing: gained.length, unexplained: lost.length } }, ...(await recomputeRoles(tx, ctx, { id, name }, null)));
    }
    return { value: drift, audit: audit.length > 0 ? audit : noAudit("every role is explained") };
  });
}

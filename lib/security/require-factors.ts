import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { securitySetting } from "@/db/schema/security";
import { authorize } from "@/lib/ability/authorize";
import { roles } from "@/lib/ability/permissions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { lockSecuritySetting } from "./load";

export const RequireFactorsInput = z.strictObject({
  factorRoles: z.array(z.enum(roles)).max(roles.length).default([]),
  factorGraceDays: z.coerce.number<string | number>().int("must be a whole number of days").min(0, "must be at least 0").max(90, "must be at most 90"),
});
export type RequireFactorsInput = z.infer<typeof RequireFactorsInput>;

/** Says which roles must have a second factor. The days of grace begin anew when a role is added to them. */
export async function requireFactors(ctx: PersonCtx, input: RequireFactorsInput): Promise<{ roles: number }> {
  const { organizationId } = ctx;
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "security.update", organizationId);
    const { factorRoles, factorGraceDays } = await lockSecuritySetting(tx, organizationId);
    const added = input.factorRoles.some((role) => !factorRoles.includes(role));
    const since = added ? { factorSince: sql`now()` } : {};
    await tx.update(securitySetting).set({ ...input, ...since, changedAt: sql`now()` }).where(eq(securitySetting.organizationId, organizationId));
    const resource = { type: "organization", id: organizationId, name: "Sign-in security" };
    return {
      value: { roles: input.factorRoles.length },
      audit: { action: "security.changed", resource, details: { before: { factorRoles, factorGraceDays }, after: { ...input } } },
    };
  });
}

import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { securitySetting } from "@/db/schema/security";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { weakKinds } from "@/lib/mfa/factors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { smsProvider } from "@/lib/sms/provider";
import { transact } from "@/lib/transact";
import { lockSecuritySetting } from "./load";

const days = z.coerce.number<string | number>().int("must be a whole number of days").min(0, "must be at least 0").max(90, "must be at most 90");

export const AllowFactorsInput = z.strictObject({
  weakFactors: z.array(z.enum(weakKinds)).max(weakKinds.length).default([]),
  weakFactorsCount: z.union([z.boolean(), z.stringbool()]).default(false),
  rememberDays: days,
  rememberAdminDays: days,
});
export type AllowFactorsInput = z.infer<typeof AllowFactorsInput>;

/**
 * Says whether codes that are sent may be a second factor, what they are good for, and for how long a browser is remembered.
 * It holds at once: for factors that people have, and for browsers that are remembered.
 */
export async function allowFactors(ctx: PersonCtx, input: AllowFactorsInput): Promise<{ allowed: number }> {
  const { organizationId } = ctx;
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    if (input.weakFactors.includes("sms") && !smsProvider()) {
      throw new AppError("invalid_input", "Text messages cannot be sent: no provider is configured.", { fields: { weakFactors: "cannot have text messages; set SMS_ACCOUNT_SID first" } });
    }
    await requireFreshProof(tx, ctx, "security.update", organizationId);
    const { weakFactors, weakFactorsCount, rememberDays, rememberAdminDays } = await lockSecuritySetting(tx, organizationId);
    await tx.update(securitySetting).set({ ...input, changedAt: sql`now()` }).where(eq(securitySetting.organizationId, organizationId));
    const resource = { type: "organization", id: organizationId, name: "Sign-in security" };
    return {
      value: { allowed: input.weakFactors.length },
      audit: { action: "security.changed", resource, details: { before: { weakFactors, weakFactorsCount, rememberDays, rememberAdminDays }, after: { ...input } } },
    };
  });
}

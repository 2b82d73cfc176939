import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { securitySetting } from "@/db/schema/security";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { lockSecuritySetting } from "./load";

const whole = (least: number, most: number) => z.coerce.number<string | number>().int(`must be a whole number from ${least} to ${most}`).min(least, `must be at least ${least}`).max(most, `must be at most ${most}`);

export const ChangeSecurityInput = z.strictObject({
  idleMinutes: whole(5, 1_440),
  maxHours: whole(1, 168),
  adminIdleMinutes: whole(5, 60),
  adminMaxHours: whole(1, 24),
  maxSessions: whole(1, 50),
  unusualSignIn: z.enum(["notice", "challenge", "block"]),
});
export type ChangeSecurityInput = z.infer<typeof ChangeSecurityInput>;

/** Sets the organization's rules for sessions. They hold from the next request on, also for sessions that are open. */
export async function changeSecurity(ctx: PersonCtx, input: ChangeSecurityInput): Promise<{ changed: number }> {
  const { organizationId } = ctx;
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "security.update", organizationId);
    const old = await lockSecuritySetting(tx, organizationId);
    await tx.update(securitySetting).set({ ...input, changedAt: sql`now()` }).where(eq(securitySetting.organizationId, organizationId));
    const names = Object.keys(input).filter((name): name is keyof ChangeSecurityInput => old[name as keyof ChangeSecurityInput] !== input[name as keyof ChangeSecurityInput]);
    const pick = (from: ChangeSecurityInput) => Object.fromEntries(names.map((name) => [name, from[name]]));
    const resource = { type: "organization", id: organizationId, name: "Sign-in security" };
    return { value: { changed: names.length }, audit: { action: "security.changed", resource, details: { before: pick(old), after: pick(input) } } };
  });
}

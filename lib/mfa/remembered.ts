import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { rememberedDevice } from "@/db/schema/factor";
import type { Tx } from "@/db/tenant";
import { hashToken, newToken, tokenSchema } from "@/lib/auth/token";
import type { Ctx } from "@/lib/ctx/ctx";
import { heldRoles } from "@/lib/ctx/held-roles";
import { countryOf } from "@/lib/geo/country";
import { newId } from "@/lib/id";
import { rememberDays } from "@/lib/security/limits";
import { loadSecuritySetting } from "@/lib/security/load";
import { findUnusual } from "@/lib/security/unusual";
import { deviceName } from "@/lib/sessions/device";

/** For how many days the organization lets a browser of this person do without the second step, by the roles they hold now; 0: none. */
export async function daysFor(tx: Tx, personId: string): Promise<number> {
  const [setting, roles] = await Promise.all([loadSecuritySetting(tx), heldRoles(tx, personId, sql`now()`)]);
  return rememberDays(setting, roles);
}

/** Remembers a browser for a person who has just shown a factor there; the token is for its cookie alone. Null where that is not offered. */
export async function rememberDevice(tx: Tx, ctx: Ctx, { personId, deviceId }: { personId: string; deviceId: string }): Promise<{ token: string; days: number } | null> {
  const days = await daysFor(tx, personId);
  if (days === 0) return null;
  const { token, hash } = newToken();
  await tx.insert(rememberedDevice).values({
    id: newId(), organizationId: ctx.organizationId, personId, tokenHash: hash, deviceId, userAgent: ctx.userAgent?.slice(0, 400) ?? null, ip: ctx.ip, country: countryOf(ctx.ip),
    expiresAt: sql`now() + make_interval(days => ${days})`,
  });
  return { token, days };
}

/**
 * Whether this browser need not show a factor for the person: it has their token, is the browser that was given it, and comes
 * from where they usually do. The rules that hold now decide for how long, also for what was remembered before.
 */
export async function isRemembered(tx: Tx, ctx: Ctx, personId: string, token: string): Promise<boolean> {
  if (!tokenSchema.safeParse(token).success || !ctx.device) return false;
  const days = await daysFor(tx, personId);
  const mine = and(
    eq(rememberedDevice.personId, personId), eq(rememberedDevice.tokenHash, hashToken(token)), eq(rememberedDevice.deviceId, ctx.device.did), isNull(rememberedDevice.revokedAt),
    gt(rememberedDevice.expiresAt, sql`now()`), gt(rememberedDevice.createdAt, sql`now() - make_interval(days => ${days})`),
  );
  const [found] = await tx.select({ userAgent: rememberedDevice.userAgent }).from(rememberedDevice).where(mine);
  if (!found || deviceName(found.userAgent) !== deviceName(ctx.userAgent)) return false;
  const country = countryOf(ctx.ip);
  if ((await findUnusual(tx, { personId, country, isKnownDevice: true })).length > 0) return false;
  const used = await tx.update(rememberedDevice).set({ lastUsedAt: sql`now()`, ip: ctx.ip, country }).where(mine).returning({ id: rememberedDevice.id });
  return used.length === 1;
}

/** Forgets all browsers of a person: each shows a factor at the next sign-in. For use inside a verb that says why. */
export async function forgetDevices(tx: Tx, personId: string): Promise<void> {
  await tx.update(rememberedDevice).set({ revokedAt: sql`now()` }).where(and(eq(rememberedDevice.personId, personId), isNull(rememberedDevice.revokedAt)));
}

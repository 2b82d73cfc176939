import { getTableColumns } from "drizzle-orm";
import { securitySetting } from "@/db/schema/security";
import type { Tx } from "@/db/tenant";

const { organizationId: _organizationId, changedAt: _changedAt, factorSince: _factorSince, ...rules } = getTableColumns(securitySetting);

/** What is read of it, also where it is joined to something else. */
export const securityColumns = rules;

export type SecuritySetting = Omit<typeof securitySetting.$inferSelect, "organizationId" | "changedAt" | "factorSince">;

/** What holds while an organization has chosen nothing else. The same as the columns' own defaults. */
export const standardSecurity: SecuritySetting = {
  idleMinutes: 120,
  maxHours: 12,
  adminIdleMinutes: 30,
  adminMaxHours: 12,
  maxSessions: 10,
  unusualSignIn: "notice",
  factorRoles: [],
  factorGraceDays: 14,
  weakFactors: [],
  weakFactorsCount: false,
  rememberDays: 30,
  rememberAdminDays: 0,
};

/** The organization's rules for sessions and signing in. Asks for no permission: for use inside a verb that did. */
export async function loadSecuritySetting(tx: Tx): Promise<SecuritySetting> {
  const [row] = await tx.select(securityColumns).from(securitySetting);
  return row ?? standardSecurity;
}

/** The settings, to be changed: the row is there before it is read, so that two who change it at once follow one another. */
export async function lockSecuritySetting(tx: Tx, organizationId: string): Promise<SecuritySetting> {
  await tx.insert(securitySetting).values({ organizationId }).onConflictDoNothing();
  await tx.select({ id: securitySetting.organizationId }).from(securitySetting).for("update");
  return loadSecuritySetting(tx);
}

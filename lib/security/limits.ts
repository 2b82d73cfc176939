import type { Role } from "@/lib/ability/permissions";
import type { SecuritySetting } from "./load";

/** The longest that any organization may let a session last: the cookie lives as long, and the row decides. */
export const longestSessionMs = 168 * 3_600_000;

/** Roles whose holders the rules for admins are for, wherever they hold them. */
const administering: ReadonlySet<Role> = new Set(["super_admin", "organization_admin", "workspace_admin"]);

export type SessionLimits = { idleMs: number; maxMs: number };

/** How long the sessions of somebody with these roles last. Who administers has the shorter of both. */
export function sessionLimits(setting: SecuritySetting, roles: readonly { role: Role }[]): SessionLimits {
  const admin = isAdmin(roles);
  const idleMinutes = admin ? Math.min(setting.idleMinutes, setting.adminIdleMinutes) : setting.idleMinutes;
  const maxHours = admin ? Math.min(setting.maxHours, setting.adminMaxHours) : setting.maxHours;
  return { idleMs: idleMinutes * 60_000, maxMs: maxHours * 3_600_000 };
}

/** For how many days a browser need not show a factor for somebody with these roles; 0: it always does. Who administers has the fewer of both. */
export function rememberDays(setting: SecuritySetting, roles: readonly { role: Role }[]): number {
  return isAdmin(roles) ? Math.min(setting.rememberDays, setting.rememberAdminDays) : setting.rememberDays;
}

function isAdmin(roles: readonly { role: Role }[]): boolean {
  return roles.some(({ role }) => administering.has(role));
}

type Times = { createdAt: Date; lastSeenAt: Date; expiresAt: Date };

/** When a session ends if nobody uses it any more: what was said when it began, or less where the rules became stricter. */
export function endOf({ createdAt, lastSeenAt, expiresAt }: Times, { idleMs, maxMs }: SessionLimits): Date {
  return new Date(Math.min(expiresAt.getTime(), createdAt.getTime() + maxMs, lastSeenAt.getTime() + idleMs));
}

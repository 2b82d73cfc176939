import { allowFactors } from "@/lib/security/allow-factors";
import { changeSecurity } from "@/lib/security/change";
import { readSecurity } from "@/lib/security/read";
import { requireFactors } from "@/lib/security/require-factors";
import { type Attempt, plain } from "./attempt";

const person = { caller: "person" } as const;

/** The organization's rules for sessions and signing in. */
export const security: Record<string, Attempt> = {
  changeSecurity: plain(changeSecurity, ["settings.update"], () => ({ idleMinutes: 60, maxHours: 10, adminIdleMinutes: 15, adminMaxHours: 8, maxSessions: 3, unusualSignIn: "notice" }), person),
  allowFactors: plain(allowFactors, ["settings.update"], () => ({ weakFactors: ["email"], weakFactorsCount: false, rememberDays: 30, rememberAdminDays: 0 }), person),
  requireFactors: plain(requireFactors, ["settings.update"], () => ({ factorRoles: ["auditor"], factorGraceDays: 7 }), person),
  readSecurity: plain(readSecurity, ["settings.read"], undefined, { ...person, on: "anywhere" }),
};

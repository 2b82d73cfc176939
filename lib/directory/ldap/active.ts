import type { Entry } from "ldapts";
import { text } from "./search";

const accountDisable = 2n;
/** What `accountExpires` says where an account never does. */
const never = new Set(["0", "9223372036854775807"]);

/**
 * Whether an account is in use: not disabled or expired in Active Directory, not locked for good in OpenLDAP (draft-behera-
 * ldap-password-policy: 000001010000Z) nor in 389 Directory Server. A lock after wrong passwords ends by itself, and anybody
 * could bring it about for anybody, so nobody leaves by it.
 */
export function isActive(entry: Entry, now = Date.now()): boolean {
  const control = text(entry, "userAccountControl");
  if (control && /^-?\d{1,12}$/.test(control) && (BigInt(control) & accountDisable) !== 0n) return false;
  const expires = text(entry, "accountExpires");
  // In 100 ns since 1601.
  if (expires && /^\d{1,19}$/.test(expires) && !never.has(expires) && BigInt(expires) / 10_000n - 11_644_473_600_000n <= BigInt(now)) return false;
  if (text(entry, "pwdAccountLockedTime") === "000001010000Z") return false;
  return text(entry, "nsAccountLock")?.toLowerCase() !== "true";
}

import type { LockLine } from "@/db/schema/lock";
import type { Json } from "@/lib/audit/actions";

export function linesForAudit(lines: readonly LockLine[]): { [key: string]: Json } {
  return Object.fromEntries(lines.map(({ effect, count, names }) => [effect, { count, names }]));
}

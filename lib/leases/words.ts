import type { LeaseScope } from "@/db/schema/lease";

/** The scope in few words, for people: what, how often, for how much. */
export function scopeWords(scope: Pick<LeaseScope, "tools" | "operations" | "resources" | "domains" | "maxUses">): string {
  const parts = [scope.tools.join(", ")];
  if (scope.operations) parts.push(`only ${scope.operations.join(", ")}`);
  if (scope.resources) parts.push(`on ${scope.resources.join(", ")}`);
  if (scope.domains.length > 0) parts.push(`reaching ${scope.domains.join(", ")}`);
  parts.push(scope.maxUses === 1 ? "once" : `${scope.maxUses} times`);
  return parts.join("; ");
}

import { Badge } from "@/components/ui/badge";
import type { LeaseState } from "@/lib/leases/list";

const words: Record<LeaseState, string> = { in_force: "In force", not_yet: "Not yet", used_up: "Used up", revoked: "Revoked", expired: "Expired" };

export function LeaseStateBadge({ state }: { state: LeaseState }) {
  if (state === "in_force") return <Badge tone="ok" icon="check">{words[state]}</Badge>;
  return <Badge tone={state === "revoked" ? "danger" : "neutral"}>{words[state]}</Badge>;
}

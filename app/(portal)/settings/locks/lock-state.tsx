import { Badge } from "@/components/ui/badge";
import type { LockRow } from "@/lib/locks/list";

export function LockStateBadge({ state }: { state: LockRow["state"] }) {
  if (state === "in_force") return <Badge tone="danger" icon="lock">In force</Badge>;
  return <Badge>{state === "lifted" ? "Lifted" : "Over"}</Badge>;
}

import { ButtonLink } from "@/components/ui/button-link";
import type { LockKind } from "@/lib/locks/words";

/** Leads to what a lock on this would stop, where it is placed. For who may: see `mayLock`. */
export function LockButton({ kind, target, size }: { kind: LockKind; target: string; size?: "sm" }) {
  return (
    <ButtonLink href={`/settings/locks/new?kind=${kind}&target=${encodeURIComponent(target)}`} icon="lock" size={size} prefetch={false}>
      Lock…
    </ButtonLink>
  );
}

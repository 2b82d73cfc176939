import { CopyableId } from "@/components/ui/copyable-id";
import { EmptyState } from "@/components/ui/empty-state";
import { HostileText } from "@/components/ui/hostile-text";
import { RelativeTime } from "@/components/ui/relative-time";
import type { RefusalView } from "@/lib/sso/list-trouble";

/** Sign-ins that were refused, with the exact reason and the reference that whoever was refused can give. */
export function Refusals({ refusals }: { refusals: readonly RefusalView[] }) {
  if (refusals.length === 0) {
    return (
      <EmptyState icon="check" title="Nobody was refused">
        Who is not let in finds a reference on the page; it is here then, with the reason.
      </EmptyState>
    );
  }
  return (
    <ul className="divide-y divide-line">
      {refusals.map(({ id, reference, reason, at }) => (
        <li key={id} className="grid gap-1 px-4 py-3">
          <HostileText text={reason} />
          <p className="flex flex-wrap items-center gap-x-3 text-sm text-muted">
            <RelativeTime at={at} />
            <span className="flex items-center gap-1">
              Reference <CopyableId id={reference} full />
            </span>
          </p>
        </li>
      ))}
    </ul>
  );
}

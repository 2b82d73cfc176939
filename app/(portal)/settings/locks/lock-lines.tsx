import { HostileText } from "@/components/ui/hostile-text";
import { lockEffects, type LockLine } from "@/lib/locks/words";

/** What a lock stops or stopped, each with its names. */
export function LockLines({ lines, none }: { lines: readonly LockLine[]; none: string }) {
  if (lines.length === 0) return <p className="text-muted">{none}</p>;
  return (
    <dl className="grid gap-3">
      {lines.map(({ effect, count, names }) => (
        <div key={effect} className="grid gap-0.5 border-l-2 border-line-strong pl-3">
          <dt className="font-medium">
            {lockEffects[effect] ?? effect} <span className="text-muted">{count}</span>
          </dt>
          <dd className="text-sm text-muted wrap-anywhere">
            <HostileText inline text={names.join(", ")} />
            {count > names.length ? ` and ${count - names.length} more` : ""}
          </dd>
        </div>
      ))}
    </dl>
  );
}

import { Checkbox } from "@/components/ui/checkbox";
import { HostileText } from "@/components/ui/hostile-text";
import { Icon } from "@/components/ui/icon";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ShownPlaces } from "@/lib/approvals/compare-arguments";
import type { QueuedApproval } from "@/lib/approvals/queue";

interface LookAlikeProps {
  row: QueuedApproval;
  /** What it has for itself; null: its arguments are too long to be compared. */
  own: ShownPlaces | null;
  currency: string;
  checked: boolean;
  onToggle: () => void;
}

/** One of several that are alike: what it has for itself, whether it is meant, and a way to read it whole. */
export function LookAlike({ row, own, currency, checked, onToggle }: LookAlikeProps) {
  return (
    <li className="flex items-start gap-2 pr-1 pl-3">
      <Checkbox className="min-h-11 min-w-0 flex-1 py-2" label={<Facts row={row} own={own} currency={currency} />} checked={checked} onChange={onToggle} />
      <a href={`/approvals/${row.id}`} target="_blank" rel="noreferrer" className="grid size-11 shrink-0 place-items-center rounded-md text-muted hover:bg-hover hover:text-ink" title="Read it in a new tab">
        <Icon name="external" label="Read it in a new tab" />
      </a>
    </li>
  );
}

function Facts({ row, own, currency }: Pick<LookAlikeProps, "row" | "own" | "currency">) {
  return (
    <span className="grid gap-0.5">
      <span className="flex flex-wrap items-baseline gap-x-3">
        {row.resource ? <HostileText inline mono text={row.resource.slice(0, 120)} /> : <HostileText inline text={`${row.tool ?? ""} ${row.operation ?? ""}`} />}
        <Money micros={row.amountMicros} currency={currency} />
        <span className="text-sm text-muted">
          <RelativeTime at={row.createdAt} /> · digest <span className="font-mono">{row.digest.slice(0, 8)}</span>
        </span>
      </span>
      {own ? <Lines of={own} /> : <span className="text-sm text-warn">Its arguments are too long to be compared here: read it first.</span>}
    </span>
  );
}

/** Places in arguments, under a title; nothing where there are none. */
export function Places({ of, title }: { of: ShownPlaces; title: string }) {
  if (of.places.length === 0) return null;
  return (
    <div className="grid gap-0.5 rounded-md border border-line bg-sunken px-3 py-2">
      <p className="text-sm font-semibold text-muted">{title}</p>
      <Lines of={of} />
    </div>
  );
}

function Lines({ of }: { of: ShownPlaces }) {
  return (
    <>
      {of.places.map(({ path, value }) => (
        <span key={path} className="line-clamp-4 text-sm">
          <span className="text-muted">
            <HostileText inline mono text={path} />
          </span>{" "}
          <HostileText inline mono text={value} />
        </span>
      ))}
      {of.more > 0 ? <span className="text-sm text-muted">and {of.more.toLocaleString("en-US")} more places</span> : null}
    </>
  );
}

import { Callout } from "@/components/ui/callout";
import { type LeavingReceipt as Receipt, leavingEffects } from "@/lib/people/receipt";

/** What ended with a person and what went to somebody else, each with its names. */
export function LeavingReceipt({ receipt }: { receipt: Receipt }) {
  return (
    <div className="grid gap-4">
      <Callout tone="ok" title={`${receipt.name} was removed.`}>
        {receipt.successor ? `${receipt.successor} answers for their agents from now on. ` : ""}The audit keeps this receipt.
      </Callout>
      {receipt.lines.length === 0 ? <p className="text-muted">Nothing else had to end.</p> : null}
      <dl className="grid gap-3">
        {receipt.lines.map(({ effect, count, names }) => (
          <div key={effect} className="grid gap-0.5 border-l-2 border-line-strong pl-3">
            <dt className="font-medium">
              {leavingEffects[effect]} <span className="text-muted">{count}</span>
            </dt>
            <dd className="text-sm text-muted wrap-anywhere">
              {names.join(", ")}
              {count > names.length ? ` and ${count - names.length} more` : ""}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

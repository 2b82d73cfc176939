"use client";
import { useState } from "react";
import { useAction } from "@/components/form/use-action";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { Label } from "@/components/ui/label";
import { Textarea } from "@/components/ui/textarea";
import { toast } from "@/components/ui/toast";
import type { ComparedAlike } from "@/lib/approvals/compare-alike";
import type { QueuedApproval } from "@/lib/approvals/queue";
import { decideTogether } from "./actions";
import { BackLink } from "./back-link";
import { LookAlike, Places } from "./look-alike";
import { type Refused, useRejectAll } from "./use-reject-all";

interface SeveralProps {
  /** The request that the others are like. */
  id: string;
  rows: QueuedApproval[];
  /** What is different between the rows. */
  compared: ComparedAlike;
  currency: string;
  mayDecide: boolean;
  /** When the rows were read, by the server's clock: what came later was not seen. */
  asOf: string;
}

/** Look-alikes of one agent, tool, arguments' names and risk: back to the queue, or several of them at once. */
export function Several({ mayDecide, ...of }: SeveralProps) {
  const [open, setOpen] = useState(false);
  return (
    <div className="mb-2 flex flex-wrap items-center gap-2 rounded-lg border border-line bg-surface p-2">
      <BackLink fromAlike className="px-1" />
      <span className="text-sm text-muted">Alike: one agent, tool and names of arguments, one risk.</span>
      {/* Once it is open it stays, also when the last of them leaves the list: it says how that ended. */}
      {mayDecide && (open || of.rows.length > 0) ? (
        <Dialog open={open} onOpenChange={setOpen} trigger={<Button className="ml-auto max-sm:h-11">Decide several…</Button>} title="Decide several that are alike" size="lg">
          <SeveralForm {...of} />
        </Dialog>
      ) : null}
    </div>
  );
}

function SeveralForm({ id, rows, compared, currency, asOf }: Omit<SeveralProps, "mayDecide">) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [reason, setReason] = useState("");
  const [refused, setRefused] = useState<Refused>([]);
  const { run, pending, failure } = useAction(decideTogether, { stay: true, onSuccess: (outcome) => setRefused(outcome.refused) });
  const all = useRejectAll({ id, reason, upTo: asOf }, setRefused);
  const items = rows.filter((row) => chosen.has(row.id)).map((row) => ({ id: row.id, digest: row.digest }));
  const busy = pending || all.running;

  async function decide(decision: "approved" | "rejected") {
    const failed = await run({ decision, reason, items });
    if (failed) return;
    setChosen(new Set());
    toast.success(`${items.length.toLocaleString("en-US")} ${decision}.`);
  }

  return (
    <div className="grid gap-4">
      {rows.length > 1 ? <Places of={compared.same} title={`The same in all ${rows.length} on this page`} /> : null}
      <div>
        <Checkbox label={`All ${rows.length} on this page`} checked={rows.length > 0 && items.length === rows.length} disabled={rows.length === 0} onChange={(event) => setChosen(event.target.checked ? new Set(rows.map((row) => row.id)) : new Set())} />
        <ul className="mt-2 divide-y divide-line rounded-md border border-line">
          {rows.map((row) => (
            <LookAlike key={row.id} row={row} own={compared.of[row.id] ?? null} currency={currency} checked={chosen.has(row.id)} onToggle={() => setChosen(toggled(chosen, row.id))} />
          ))}
        </ul>
      </div>
      <div className="sticky bottom-[-1.25rem] -mx-5 -mb-5 grid gap-3 border-t border-line bg-surface px-5 pt-3 pb-5">
        <div className="grid gap-1">
          <Label htmlFor="several-reason">Reason</Label>
          <Textarea id="several-reason" rows={2} maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />
          <p className="text-sm text-muted">Each request gets it, as a decision of its own. A rejection needs one.</p>
        </div>
        <div role="status" className="empty:hidden">
          {all.running && all.done > 0 ? <p>{all.done.toLocaleString("en-US")} rejected so far.</p> : null}
          {rows.length === 0 ? <p>None of them is left.</p> : null}
          {refused.length > 0 ? (
            <Callout tone="warn" title={`${refused.length} could not be decided`}>
              {[...new Set(refused.map(({ message }) => message))].slice(0, 5).join(" ")}
            </Callout>
          ) : null}
          {failure ? <Callout tone="danger" title={failure.message}>{failure.hint ?? ""}</Callout> : null}
        </div>
        <div className="flex flex-wrap gap-2 max-sm:[&>button]:h-11">
          <Button variant="primary" icon="check" disabled={busy || items.length === 0} onClick={() => void decide("approved")}>
            Approve {items.length}
          </Button>
          <Button icon="x" disabled={busy || items.length === 0 || reason.trim() === ""} onClick={() => void decide("rejected")}>
            Reject {items.length}
          </Button>
          <Button variant="danger" icon="x" className="ml-auto" disabled={busy || rows.length === 0 || reason.trim() === ""} onClick={() => void all.start()}>
            {all.running ? "Rejecting…" : "Reject all that are alike"}
          </Button>
        </div>
      </div>
    </div>
  );
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

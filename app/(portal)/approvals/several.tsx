"use client";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "@/components/form/use-action";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { HostileText } from "@/components/ui/hostile-text";
import { Icon } from "@/components/ui/icon";
import { Label } from "@/components/ui/label";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import { Textarea } from "@/components/ui/textarea";
import { toast } from "@/components/ui/toast";
import type { QueuedApproval } from "@/lib/approvals/queue";
import { decideTogether, rejectMore } from "./actions";

interface SeveralProps {
  /** The request that the others are like. */
  id: string;
  rows: QueuedApproval[];
  currency: string;
  mayDecide: boolean;
  /** When the rows were read, by the server's clock: what came later was not seen. */
  asOf: string;
}

type Refused = { message: string }[];

/** Look-alikes of one agent, tool, arguments' names and risk: back to the queue, or several of them at once. */
export function Several({ mayDecide, ...of }: SeveralProps) {
  const [open, setOpen] = useState(false);
  return (
    <div className="mb-2 flex flex-wrap items-center gap-2 rounded-lg border border-line bg-surface p-2">
      <Link href="/approvals" className="inline-flex min-h-10 items-center gap-1 px-1 text-muted hover:text-ink">
        <Icon name="arrow-left" /> All requests
      </Link>
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

function SeveralForm({ id, rows, currency, asOf }: Omit<SeveralProps, "mayDecide">) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [reason, setReason] = useState("");
  const [refused, setRefused] = useState<Refused>([]);
  const tell = (outcome: { decided: string[]; refused: Refused }) => {
    if (outcome.decided.length > 0) toast.success(`${outcome.decided.length} decided.`);
    setRefused(outcome.refused);
  };
  const { run, pending, failure } = useAction(decideTogether, { stay: true, onSuccess: tell });
  const all = useRejectAll({ id, reason, upTo: asOf }, setRefused);
  const items = rows.filter((row) => chosen.has(row.id)).map((row) => ({ id: row.id, digest: row.digest }));
  const busy = pending || all.running;
  const decide = (decision: "approved" | "rejected") => void run({ decision, reason, items }).then((failed) => (failed ? undefined : setChosen(new Set())));

  return (
    <div className="grid gap-4">
      <div>
        <Checkbox label={`All ${rows.length} on this page`} checked={rows.length > 0 && items.length === rows.length} disabled={rows.length === 0} onChange={(event) => setChosen(event.target.checked ? new Set(rows.map((row) => row.id)) : new Set())} />
        <ul className="mt-2 max-h-64 divide-y divide-line overflow-y-auto rounded-md border border-line">
          {rows.map((row) => (
            <li key={row.id} className="px-3 py-2">
              <Checkbox label={<Line row={row} currency={currency} />} checked={chosen.has(row.id)} onChange={() => setChosen(toggled(chosen, row.id))} />
            </li>
          ))}
        </ul>
      </div>
      <div className="grid gap-1">
        <Label htmlFor="several-reason">Reason</Label>
        <Textarea id="several-reason" rows={2} maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />
        <p className="text-sm text-muted">Each request gets it, as a decision of its own. A rejection needs one.</p>
      </div>
      <div role="status">
        {all.running && all.done > 0 ? <p>{all.done.toLocaleString("en-US")} rejected so far.</p> : null}
        {rows.length === 0 ? <p>None of them is left.</p> : null}
        {refused.length > 0 ? (
          <Callout tone="warn" title={`${refused.length} could not be decided`}>
            {[...new Set(refused.map(({ message }) => message))].slice(0, 5).join(" ")}
          </Callout>
        ) : null}
        {failure ? <Callout tone="danger" title={failure.message}>{failure.hint ?? ""}</Callout> : null}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" icon="check" disabled={busy || items.length === 0} onClick={() => decide("approved")}>
          Approve {items.length}
        </Button>
        <Button icon="x" disabled={busy || items.length === 0 || reason.trim() === ""} onClick={() => decide("rejected")}>
          Reject {items.length}
        </Button>
        <Button variant="danger" icon="x" className="ml-auto" disabled={busy || rows.length === 0 || reason.trim() === ""} onClick={() => void all.start()}>
          {all.running ? "Rejecting…" : "Reject all that are alike"}
        </Button>
      </div>
    </div>
  );
}

/** Rejects in steps, until none that came before it began is left. */
function useRejectAll(input: { id: string; reason: string; upTo: string }, tell: (refused: Refused) => void) {
  const router = useRouter();
  const [state, setState] = useState({ running: false, done: 0 });
  async function start() {
    setState({ running: true, done: 0 });
    let done = 0;
    const refused: Refused = [];
    for (let left = true; left; ) {
      const answer = await rejectMore(null, input);
      if (!answer.ok) toast.error(answer.error.message);
      left = answer.ok && answer.value.left;
      done += answer.ok ? answer.value.decided.length : 0;
      if (answer.ok) refused.push(...answer.value.refused);
      setState({ running: left, done });
    }
    tell(refused);
    if (done > 0) toast.success(`${done.toLocaleString("en-US")} rejected.`);
    router.refresh();
  }
  return { ...state, start };
}

function Line({ row, currency }: { row: QueuedApproval; currency: string }) {
  return (
    <span className="flex flex-wrap items-baseline gap-x-3">
      <HostileText inline text={`${row.tool ?? ""} ${row.operation ?? ""}`} />
      {row.resource ? <HostileText inline mono text={row.resource.slice(0, 120)} /> : null}
      <Money micros={row.amountMicros} currency={currency} />
      <span className="text-sm text-muted">
        <RelativeTime at={row.createdAt} /> · digest <span className="font-mono">{row.digest.slice(0, 8)}</span>
      </span>
    </span>
  );
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

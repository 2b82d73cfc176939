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
}

type Refused = { message: string }[];

/** Look-alikes of one agent, tool, arguments' names and risk: back to the queue, or several of them at once. */
export function Several({ id, rows, currency, mayDecide }: SeveralProps) {
  return (
    <div className="mb-2 flex flex-wrap items-center gap-2 rounded-lg border border-line bg-surface p-2">
      <Link href="/approvals" className="inline-flex min-h-10 items-center gap-1 px-1 text-muted hover:text-ink">
        <Icon name="arrow-left" /> All requests
      </Link>
      <span className="text-sm text-muted">Alike: one agent, tool and names of arguments, one risk.</span>
      {mayDecide && rows.length > 0 ? (
        <Dialog trigger={<Button className="ml-auto max-sm:h-11">Decide several…</Button>} title="Decide several that are alike" size="lg">
          <SeveralForm id={id} rows={rows} currency={currency} />
        </Dialog>
      ) : null}
    </div>
  );
}

function SeveralForm({ id, rows, currency }: Omit<SeveralProps, "mayDecide">) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [reason, setReason] = useState("");
  const [refused, setRefused] = useState<Refused>([]);
  const tell = (outcome: { decided: string[]; refused: Refused }) => {
    if (outcome.decided.length > 0) toast.success(`${outcome.decided.length} decided.`);
    setRefused(outcome.refused);
  };
  const { run, pending, failure } = useAction(decideTogether, { stay: true, onSuccess: tell });
  const all = useRejectAll(id, reason);
  const items = rows.filter((row) => chosen.has(row.id)).map((row) => ({ id: row.id, digest: row.digest }));
  const busy = pending || all.running;
  const decide = (decision: "approved" | "rejected") => void run({ decision, reason, items }).then((failed) => (failed ? undefined : setChosen(new Set())));

  return (
    <div className="grid gap-4">
      <div>
        <Checkbox label={`All ${rows.length} on this page`} checked={items.length === rows.length} onChange={(event) => setChosen(event.target.checked ? new Set(rows.map((row) => row.id)) : new Set())} />
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
        {all.done > 0 ? <p>{all.done.toLocaleString("en-US")} rejected so far.</p> : null}
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
        <Button variant="danger" icon="x" className="ml-auto" disabled={busy || reason.trim() === ""} onClick={() => void all.start()}>
          {all.running ? "Rejecting…" : "Reject all that are alike"}
        </Button>
      </div>
    </div>
  );
}

/** Rejects in steps, until none that came before it began is left. */
function useRejectAll(id: string, reason: string) {
  const router = useRouter();
  const [state, setState] = useState({ running: false, done: 0 });
  async function start() {
    const upTo = new Date().toISOString();
    setState({ running: true, done: 0 });
    let done = 0;
    for (let left = true; left; ) {
      const answer = await rejectMore(null, { id, reason, upTo });
      if (!answer.ok) toast.error(answer.error.message);
      left = answer.ok && answer.value.left;
      done += answer.ok ? answer.value.decided.length : 0;
      setState({ running: left, done });
    }
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

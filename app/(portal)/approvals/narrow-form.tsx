"use client";
import { type FormEvent, useState } from "react";
import { FormActions } from "@/components/form/form-actions";
import { useAction } from "@/components/form/use-action";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { parseMoney, toDecimal } from "@/components/ui/money-format";
import { Textarea } from "@/components/ui/textarea";
import { type ArgumentChange, diffArguments, pointer } from "@/lib/approvals/argument-changes";
import type { ApprovalDetail } from "@/lib/approvals/load";
import { narrow } from "./actions";

type Editable = NonNullable<ApprovalDetail["editable"]>;

interface NarrowFormProps {
  id: string;
  digest: string;
  amountMicros: number;
  currency: string;
  editable: Editable;
}

type Edit = { ok: true; changes: ArgumentChange[] } | { ok: false; message: string };

/** What a person would approve instead: less money, less time, other arguments; what is different stands below as it is written. */
export function NarrowForm({ id, digest, amountMicros, currency, editable }: NarrowFormProps) {
  const isRun = editable.seconds !== null;
  const before = editable.arguments ? JSON.stringify(editable.arguments.rest, null, 2) : "";
  const [json, setJson] = useState(before);
  const [code, setCode] = useState(editable.arguments?.code ?? "");
  const [amount, setAmount] = useState(toDecimal(BigInt(amountMicros)));
  const [seconds, setSeconds] = useState("");
  const [reason, setReason] = useState("");
  const { run, pending, failure } = useAction(narrow, { success: "Offered to the agent. It goes on once the agent accepts." });

  const micros = parseMoney(amount, currency);
  const edit = editOf(editable, json, code);
  const isLess = micros !== null && micros < BigInt(amountMicros);
  const time = seconds.trim() === "" ? null : Number(seconds);
  const problem = !edit.ok
    ? edit.message
    : micros === null
      ? "Write the amount as a number such as 12.50."
      : micros > BigInt(amountMicros)
        ? "The amount may only become smaller."
        : time !== null && (!Number.isInteger(time) || time < 1 || time > (editable.seconds ?? 3_600))
          ? `The time may only become shorter: whole seconds, at most ${editable.seconds ?? 3_600}.`
          : null;
  const changes = edit.ok ? edit.changes : [];
  const nothing = changes.length === 0 && !isLess && time === null;

  function offer(event: FormEvent) {
    event.preventDefault();
    if (problem || nothing || pending) return;
    void run({ id, digest, reason, ...(isLess && micros !== null ? { amountMicros: Number(micros) } : {}), ...(time === null ? {} : { seconds: time }), changes });
  }

  return (
    <form onSubmit={offer} className="grid gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        {isRun ? null : (
          <div className="grid gap-1">
            <Label htmlFor="narrow-amount">At most ({currency})</Label>
            <Input id="narrow-amount" inputMode="decimal" value={amount} onChange={(event) => setAmount(event.target.value)} autoComplete="off" />
          </div>
        )}
        <div className="grid gap-1">
          <Label htmlFor="narrow-seconds">{isRun ? `Time limit in seconds (asked: ${editable.seconds})` : "Must begin within seconds (at most 3600)"}</Label>
          <Input id="narrow-seconds" inputMode="numeric" value={seconds} placeholder="as asked" onChange={(event) => setSeconds(event.target.value)} autoComplete="off" />
        </div>
      </div>
      {editable.arguments ? (
        <>
          {editable.arguments.code === null ? null : (
            <div className="grid gap-1">
              <Label htmlFor="narrow-code">Program</Label>
              <Textarea id="narrow-code" className="font-mono" rows={8} spellCheck={false} value={code} onChange={(event) => setCode(event.target.value)} />
            </div>
          )}
          <div className="grid gap-1">
            <Label htmlFor="narrow-json">{editable.arguments.code === null ? "Arguments" : "Other arguments"}, as JSON</Label>
            <Textarea id="narrow-json" className="font-mono" rows={8} spellCheck={false} aria-invalid={!edit.ok} value={json} onChange={(event) => setJson(event.target.value)} />
          </div>
        </>
      ) : (
        <p className="text-sm text-muted">The arguments are too long to be edited here; they stay as they were asked.</p>
      )}
      <Changes changes={changes} />
      <div className="grid gap-1">
        <Label htmlFor="narrow-reason">Reason</Label>
        <Textarea id="narrow-reason" rows={2} required maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />
        <p className="text-sm text-muted">The agent reads it, sees the difference, and accepts or declines.</p>
      </div>
      <div role="status">{problem ? <Callout tone="warn">{problem}</Callout> : null}</div>
      {failure ? (
        <Callout tone="danger" title={failure.message}>
          {failure.hint ?? ""}
        </Callout>
      ) : null}
      <FormActions>
        <Button type="submit" variant="primary" icon="check" disabled={pending || problem !== null || nothing}>
          {pending ? "Working…" : "Offer this instead"}
        </Button>
      </FormActions>
    </form>
  );
}

function editOf({ arguments: args }: Editable, json: string, code: string): Edit {
  if (!args) return { ok: true, changes: [] };
  let rest: unknown;
  try {
    rest = JSON.parse(json);
  } catch {
    return { ok: false, message: "The arguments are not JSON: look for a missing comma or quote." };
  }
  if (typeof rest !== "object" || rest === null || Array.isArray(rest)) return { ok: false, message: "The arguments must stay an object in braces." };
  const diff = diffArguments(args.rest, rest);
  if (!diff.ok || args.code === null || args.code === code) return diff;
  const program = diffArguments({ code: args.code }, { code });
  return program.ok ? { ok: true, changes: [...diff.changes, ...program.changes] } : program;
}

function Changes({ changes }: { changes: readonly ArgumentChange[] }) {
  if (changes.length === 0) return null;
  return (
    <div>
      <h3 className="mb-1 font-semibold">What changes in the arguments</h3>
      <ul className="grid gap-1 rounded-md border border-line bg-sunken p-2 font-mono text-sm">
        {changes.slice(0, 30).map(({ path, value }) => (
          <li key={pointer(path)} className="wrap-anywhere">
            <span className="text-muted">{pointer(path)}</span> {value === undefined ? "is left out" : `→ ${JSON.stringify(value).slice(0, 300)}`}
          </li>
        ))}
        {changes.length > 30 ? <li>and {changes.length - 30} more</li> : null}
      </ul>
    </div>
  );
}

"use client";
import { type FormEvent, useState } from "react";
import { FormActions } from "@/components/form/form-actions";
import { useAction } from "@/components/form/use-action";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { HostileText } from "@/components/ui/hostile-text";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { parseMoney, toDecimal } from "@/components/ui/money-format";
import { Textarea } from "@/components/ui/textarea";
import type { ApprovalDetail } from "@/lib/approvals/load";
import { letStand } from "./actions";

interface StandingFormProps {
  id: string;
  digest: string;
  amountMicros: number;
  currency: string;
  resource: string;
  /** The arguments that the request has. */
  editable: NonNullable<ApprovalDetail["editable"]>;
}

/** Lets what is like this request go on without asking: for a time, so often, for so much, with arguments that stay the same unless it is said otherwise. */
export function StandingForm({ id, digest, amountMicros, currency, resource, editable }: StandingFormProps) {
  const { names } = editable;
  const [globs, setGlobs] = useState<Record<string, string>>({});
  // A star that the agent wrote is a letter to it, and anything at all to a glob: so a person writes what is meant.
  const hasStar = resource.includes("*");
  const [resourceGlob, setResourceGlob] = useState(hasStar ? "" : resource);
  const [days, setDays] = useState("7");
  const [uses, setUses] = useState("10");
  const [each, setEach] = useState(toDecimal(BigInt(amountMicros)));
  const [total, setTotal] = useState(toDecimal(BigInt(amountMicros) * 10n));
  const [reason, setReason] = useState("");
  const { run, pending, failure } = useAction(letStand, { success: "It stands. This request still waits for your decision." });
  const [eachMicros, totalMicros] = [parseMoney(each, currency), parseMoney(total, currency)];

  function grant(event: FormEvent) {
    event.preventDefault();
    if (pending || eachMicros === null || totalMicros === null) return;
    const patterns = Object.fromEntries(names.map((name) => [name, globs[name] ? { glob: globs[name] } : { same: true }]));
    void run({
      id, digest, reason, arguments: patterns, resource: resourceGlob === "" || (resourceGlob === resource && !hasStar) ? null : resourceGlob,
      days: Number(days), usesMost: Number(uses), costEachMicros: Number(eachMicros), costTotalMicros: Number(totalMicros),
    });
  }

  return (
    <form onSubmit={grant} className="grid gap-4">
      <fieldset className="grid gap-2">
        <legend className="mb-1 font-semibold">What each argument must be</legend>
        {names.length === 0 ? <p className="text-muted">It has none.</p> : null}
        {names.map((name, at) => (
          <div key={name} className="grid items-center gap-1 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
            <div className="line-clamp-3 min-w-0">
              <Label htmlFor={`standing-${at}`}>
                <HostileText inline mono text={name} />
              </Label>{" "}
              <span className="text-muted">
                <HostileText inline mono text={valueOf(editable, name)} />
              </span>
            </div>
            <Input id={`standing-${at}`} placeholder="exactly as in this request" value={globs[name] ?? ""} onChange={(event) => setGlobs({ ...globs, [name]: event.target.value })} autoComplete="off" />
          </div>
        ))}
        <div className="grid items-center gap-1 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
          <Label htmlFor="standing-resource">Resource</Label>
          <Input id="standing-resource" placeholder={hasStar ? "which ones" : "exactly as in this request"} required={hasStar} value={resourceGlob} onChange={(event) => setResourceGlob(event.target.value)} autoComplete="off" />
        </div>
        {hasStar ? (
          <p className="text-sm text-warn">
            The agent wrote <HostileText inline mono text={resource} />: write yourself which resources you mean.
          </p>
        ) : null}
        <p className="text-sm text-muted">Leave a box empty to keep the value. Else write text in which * stands for ordinary characters, such as *@example.com; * alone is anything.</p>
      </fieldset>
      <div className="grid grid-cols-2 gap-4">
        <Box id="standing-days" label="Days (at most 90)" value={days} onChange={setDays} />
        <Box id="standing-uses" label="Uses" value={uses} onChange={setUses} />
        <Box id="standing-each" label={`Each at most (${currency})`} value={each} onChange={setEach} />
        <Box id="standing-total" label={`All together (${currency})`} value={total} onChange={setTotal} />
      </div>
      <div className="grid gap-1">
        <Label htmlFor="standing-reason">Reason</Label>
        <Textarea id="standing-reason" rows={2} required maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />
      </div>
      {failure ? (
        <Callout tone="danger" title={failure.message}>
          {failure.hint ?? ""}
        </Callout>
      ) : null}
      <FormActions>
        <Button type="submit" variant="danger" icon="check" disabled={pending || eachMicros === null || totalMicros === null}>
          {pending ? "Working…" : "Let it stand"}
        </Button>
      </FormActions>
    </form>
  );
}

/** What the argument is now, as far as this page shows it. */
function valueOf({ arguments: args }: StandingFormProps["editable"], name: string): string {
  const value = name === "code" && args?.code ? args.code : isRecord(args?.rest) ? args.rest[name] : undefined;
  if (value === undefined) return "";
  return (typeof value === "string" ? value : JSON.stringify(value)).slice(0, 200);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function Box({ id, label, value, onChange }: { id: string; label: string; value: string; onChange: (text: string) => void }) {
  return (
    <div className="grid gap-1">
      <Label htmlFor={id}>{label}</Label>
      <Input id={id} inputMode="decimal" required value={value} onChange={(event) => onChange(event.target.value)} autoComplete="off" />
    </div>
  );
}

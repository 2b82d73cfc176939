"use client";
import type { ReactNode } from "react";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { formatMicros } from "@/components/ui/money-format";
import { Select } from "@/components/ui/select";
import { riskThresholds } from "@/lib/policies/terms";
import { useLimitNames, useLimitWords } from "@/lib/policies/use-limits";
import type { Draft } from "./draft";
import type { Effects, NumberName, NumberNote } from "./effects";

const levels = [
  { value: "strict", label: "Strict", hint: "Everything waits for a person." },
  { value: "standard", label: "Standard", hint: "What is listed runs; what is not listed waits for a person." },
  { value: "trusted", label: "Trusted", hint: "What is not listed runs too; everything is recorded." },
  { value: "isolated", label: "Isolated", hint: "Listed sandbox tools only; everything else is denied." },
] as const;

const limitHints = {
  apiCallsPerMinute: "In any minute; further ones are told when to come again.",
  apiCallsPerHour: "In any hour, whatever is called.",
  tokensPerAction: "What one action may use of language models, in and out.",
  tokensPerDay: "In any twenty-four hours; then nothing more begins until there is room.",
  tokensPerMonth: "In any thirty days.",
} as const;

type Props = {
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
  currency: string;
  readOnly: boolean;
  numbers: Effects["numbers"] | undefined;
  /** Above the agent: each may be left open. */
  optional: boolean;
};

/** Level, thresholds and limits of a policy, or the bounds of a grid on them. */
export function PolicyLimits({ draft, onChange: set, currency, readOnly, numbers, optional }: Props) {
  const note = (name: NumberName) => said(name, numbers?.get(name), currency);
  const text = { readOnly, ...(optional ? { placeholder: "not bounded" } : {}) };
  return (
    <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
      <Entry id="policy-level" label={optional ? "At least as strict as" : "Level"} hint={levels.find((level) => level.value === draft.level)?.hint} note={note("level")}>
        <Select id="policy-level" disabled={readOnly} value={draft.level} onChange={(event) => set({ level: levels.find((level) => level.value === event.target.value)?.value ?? "" })}>
          {optional ? <option value="">Any level</option> : null}
          {levels.map((level) => (
            <option key={level.value} value={level.value}>
              {level.label}
            </option>
          ))}
        </Select>
      </Entry>
      <Entry id="policy-risk" label="Ask from this risk on" hint="HIGH at the latest. CRITICAL is always asked." note={note("riskThreshold")}>
        <Select id="policy-risk" disabled={readOnly} value={draft.riskThreshold} onChange={(event) => set({ riskThreshold: riskThresholds.find((risk) => risk === event.target.value) ?? "" })}>
          {optional ? <option value="">As the agent says</option> : null}
          {riskThresholds.map((risk) => (
            <option key={risk}>{risk}</option>
          ))}
        </Select>
      </Entry>
      <Entry id="policy-cost" label={`Ask from this cost on (${currency})`} hint="Estimated cost of one action, at or above." note={note("costThresholdMicros")}>
        <Input id="policy-cost" inputMode="decimal" {...text} value={draft.costThreshold} onChange={(event) => set({ costThreshold: event.target.value })} />
      </Entry>
      <Entry id="policy-run" label="Longest run (seconds)" hint="Up to 600." note={note("maxRunSeconds")}>
        <Input id="policy-run" inputMode="numeric" {...text} value={draft.maxRunSeconds} onChange={(event) => set({ maxRunSeconds: event.target.value })} />
      </Entry>
      <Entry id="policy-concurrent" label="Runs at once" hint="Further ones wait in order." note={note("maxConcurrentRuns")}>
        <Input id="policy-concurrent" inputMode="numeric" {...text} value={draft.maxConcurrentRuns} onChange={(event) => set({ maxConcurrentRuns: event.target.value })} />
      </Entry>
      {optional ? null : (
        <Entry id="policy-tasks" label="Own tasks at once" hint="What it carries out itself; further ones wait in order." note={null}>
          <Input id="policy-tasks" inputMode="numeric" {...text} value={draft.maxConcurrentTasks} onChange={(event) => set({ maxConcurrentTasks: event.target.value })} />
        </Entry>
      )}
      <Entry id="policy-waiting" label="Requests that may wait at once" hint="Further ones are refused until some are decided or withdrawn." note={note("maxWaitingApprovals")}>
        <Input id="policy-waiting" inputMode="numeric" {...text} value={draft.maxWaitingApprovals} onChange={(event) => set({ maxWaitingApprovals: event.target.value })} />
      </Entry>
      <Entry id="policy-ttl" label="Approvals stay open (seconds)" hint="Then they end as denied. 86400 is a day." note={note("approvalTtlSeconds")}>
        <Input id="policy-ttl" inputMode="numeric" {...text} value={draft.approvalTtlSeconds} onChange={(event) => set({ approvalTtlSeconds: event.target.value })} />
      </Entry>
      {useLimitNames.map((name) => (
        <Entry key={name} id={`policy-${name}`} label={useLimitWords[name]} hint={limitHints[name]} note={note(name)}>
          <Input id={`policy-${name}`} inputMode="numeric" readOnly={readOnly} placeholder="not limited" value={draft.limits[name]} onChange={(event) => set({ limits: { ...draft.limits, [name]: event.target.value } })} />
        </Entry>
      ))}
    </div>
  );
}

function said(name: NumberName, note: NumberNote | undefined, currency: string): { text: string; wider: boolean } | null {
  if (!note) return null;
  const value = name === "costThresholdMicros" ? formatMicros(Number(note.value), currency) : String(note.value);
  return { text: note.wider ? `No effect: ${value} by ${note.place} is narrower.` : `Inherited: ${value} by ${note.place}.`, wider: note.wider };
}

function Entry({ id, label, hint, note, children }: { id: string; label: string; hint?: string | undefined; note: { text: string; wider: boolean } | null; children: ReactNode }) {
  return (
    <div className="grid content-start gap-1.5">
      <Label htmlFor={id}>{label}</Label>
      {children}
      {hint ? <p className="text-sm text-muted">{hint}</p> : null}
      {note ? <p className={note.wider ? "text-sm text-warn" : "text-sm text-muted"}>{note.text}</p> : null}
    </div>
  );
}

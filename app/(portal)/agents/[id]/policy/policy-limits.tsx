"use client";
import type { ReactNode } from "react";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { Select } from "@/components/ui/select";
import { riskThresholds } from "@/lib/policies/terms";
import type { Draft } from "./draft";

const levels = [
  { value: "strict", label: "Strict", hint: "Everything waits for a person." },
  { value: "standard", label: "Standard", hint: "What is listed runs; what is not listed waits for a person." },
  { value: "trusted", label: "Trusted", hint: "What is not listed runs too; everything is recorded." },
  { value: "isolated", label: "Isolated", hint: "Listed sandbox tools only; everything else is denied." },
] as const;

type Props = { draft: Draft; onChange: (draft: Draft) => void; currency: string; readOnly: boolean };

/** Level, thresholds and limits of a policy. */
export function PolicyLimits({ draft, onChange, currency, readOnly }: Props) {
  const set = (change: Partial<Draft>) => onChange({ ...draft, ...change });
  return (
    <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
      <Entry id="policy-level" label="Level" hint={levels.find((level) => level.value === draft.level)?.hint}>
        <Select id="policy-level" disabled={readOnly} value={draft.level} onChange={(event) => set({ level: levels.find((level) => level.value === event.target.value)?.value ?? draft.level })}>
          {levels.map((level) => (
            <option key={level.value} value={level.value}>
              {level.label}
            </option>
          ))}
        </Select>
      </Entry>
      <Entry id="policy-risk" label="Ask from this risk on" hint="HIGH at the latest. CRITICAL is always asked.">
        <Select id="policy-risk" disabled={readOnly} value={draft.riskThreshold} onChange={(event) => set({ riskThreshold: riskThresholds.find((risk) => risk === event.target.value) ?? draft.riskThreshold })}>
          {riskThresholds.map((risk) => (
            <option key={risk}>{risk}</option>
          ))}
        </Select>
      </Entry>
      <Entry id="policy-cost" label={`Ask from this cost on (${currency})`} hint="Estimated cost of one action, at or above.">
        <Input id="policy-cost" inputMode="decimal" readOnly={readOnly} value={draft.costThreshold} onChange={(event) => set({ costThreshold: event.target.value })} />
      </Entry>
      <Entry id="policy-run" label="Longest run (seconds)" hint="Up to 600.">
        <Input id="policy-run" inputMode="numeric" readOnly={readOnly} value={draft.maxRunSeconds} onChange={(event) => set({ maxRunSeconds: event.target.value })} />
      </Entry>
      <Entry id="policy-concurrent" label="Runs at once" hint="Further ones wait in order.">
        <Input id="policy-concurrent" inputMode="numeric" readOnly={readOnly} value={draft.maxConcurrentRuns} onChange={(event) => set({ maxConcurrentRuns: event.target.value })} />
      </Entry>
      <Entry id="policy-waiting" label="Requests that may wait at once" hint="Further ones are refused until some are decided or withdrawn.">
        <Input id="policy-waiting" inputMode="numeric" readOnly={readOnly} value={draft.maxWaitingApprovals} onChange={(event) => set({ maxWaitingApprovals: event.target.value })} />
      </Entry>
      <Entry id="policy-ttl" label="Approvals stay open (seconds)" hint="Then they end as denied. 86400 is a day.">
        <Input id="policy-ttl" inputMode="numeric" readOnly={readOnly} value={draft.approvalTtlSeconds} onChange={(event) => set({ approvalTtlSeconds: event.target.value })} />
      </Entry>
    </div>
  );
}

function Entry({ id, label, hint, children }: { id: string; label: string; hint?: string; children: ReactNode }) {
  return (
    <div className="grid content-start gap-1.5">
      <Label htmlFor={id}>{label}</Label>
      {children}
      {hint ? <p className="text-sm text-muted">{hint}</p> : null}
    </div>
  );
}

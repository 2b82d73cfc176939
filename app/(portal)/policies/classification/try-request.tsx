"use client";
import { type SubmitEvent, useId, useState } from "react";
import { FailureAlert } from "@/components/form/failure-alert";
import { useAction } from "@/components/form/use-action";
import { Button } from "@/components/ui/button";
import { HostileText } from "@/components/ui/hostile-text";
import { Label } from "@/components/ui/label";
import { RiskBadge } from "@/components/ui/risk-badge";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import type { ClassificationContent } from "@/lib/classification/content";
import type { RiskClass } from "@/lib/classification/risk";
import type { ClassificationTrial } from "@/lib/classification/try";
import { tryRules } from "./actions";
import { TextCell } from "./fields";

export type PastRequest = { id: string; tool: string; operation: string; risk: RiskClass; createdAt: string };

type Props = { past: readonly PastRequest[]; /** What is typed and not published; null: nothing. */ draft: (() => ClassificationContent) | null };

/** A request of the past, or a typed one, by the rules above. */
export function TryRequest({ past, draft }: Props) {
  const id = useId();
  const [chosen, setChosen] = useState("");
  const [typed, setTyped] = useState({ tool: "", operation: "execute", resource: "", arguments: "" });
  const [trial, setTrial] = useState<ClassificationTrial | null>(null);
  const { run, pending, failure } = useAction(tryRules, { looksOnly: true, onSuccess: setTrial });

  async function look(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    setTrial(null);
    const content = draft?.() ?? null;
    await run(chosen ? { draft: content, actionId: chosen } : { draft: content, request: { ...typed, declaredRisk: null } });
  }

  return (
    <form onSubmit={look} className="grid min-w-0 gap-3">
      {past.length > 0 ? (
        <div className="grid max-w-xl gap-1.5">
          <Label htmlFor={`${id}-past`}>Request</Label>
          <Select id={`${id}-past`} value={chosen} onChange={(event) => setChosen(event.target.value)}>
            <option value="">Typed here</option>
            {past.map((one) => (
              <option key={one.id} value={one.id}>
                {one.createdAt.slice(0, 16).replace("T", " ")} {one.tool} {one.operation} ({one.risk})
              </option>
            ))}
          </Select>
        </div>
      ) : null}
      {chosen === "" ? (
        <>
          <div className="grid gap-2 sm:grid-cols-3">
            <TextCell name="Tool" control="tool" value={typed.tool} onValue={(tool) => setTyped({ ...typed, tool })} placeholder="crm.export" />
            <TextCell name="Operation" control="operation" value={typed.operation} onValue={(operation) => setTyped({ ...typed, operation })} />
            <TextCell name="Resource" control="resource" value={typed.resource} onValue={(resource) => setTyped({ ...typed, resource })} />
          </div>
          <div className="grid gap-1.5">
            <Label htmlFor={`${id}-arguments`}>Arguments (JSON)</Label>
            <Textarea id={`${id}-arguments`} className="font-mono" rows={3} spellCheck={false} autoCapitalize="none" value={typed.arguments} onChange={(event) => setTyped({ ...typed, arguments: event.target.value })} placeholder="{}" />
          </div>
        </>
      ) : null}
      <div>
        <Button type="submit" icon="eye" disabled={pending}>
          {pending ? "Trying…" : "Try"}
        </Button>
      </div>
      <div role="status" className="grid gap-2 empty:hidden">
        <FailureAlert failure={failure} />
        {trial?.tried ? <Answer tried={trial.tried} ofDraft={draft !== null} /> : null}
        {trial && !trial.tried ? <p className="text-danger">The rules above cannot be read yet; press &quot;Run tests&quot; to see why.</p> : null}
      </div>
    </form>
  );
}

function Answer({ tried: { risk, reasons, was, tool, operation }, ofDraft }: { tried: NonNullable<ClassificationTrial["tried"]>; ofDraft: boolean }) {
  return (
    <div className="rounded-md bg-sunken p-3">
      <p className="flex flex-wrap items-center gap-2">
        <HostileText inline mono text={`${tool} ${operation}`} />
        <RiskBadge risk={risk} />
        {was && was !== risk ? (
          <>
            <span className="text-muted">and was then</span>
            <RiskBadge risk={was} />
          </>
        ) : null}
        {ofDraft ? <span className="text-sm text-muted">with what is typed here, which is not in force</span> : null}
      </p>
      <ul className="mt-1 list-disc pl-5">
        {reasons.map((reason) => (
          <li key={reason}>
            <HostileText inline text={reason} />
          </li>
        ))}
      </ul>
    </div>
  );
}

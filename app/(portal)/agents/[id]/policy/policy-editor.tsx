"use client";
import { useState } from "react";
import { useAction } from "@/components/form/use-action";
import { Button } from "@/components/ui/button";
import { FailureAlert } from "@/components/form/failure-alert";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { Label } from "@/components/ui/label";
import { formatMicros } from "@/components/ui/money-format";
import { Textarea } from "@/components/ui/textarea";
import type { PolicyContent } from "@/lib/policies/content";
import { policyDifference } from "@/lib/policies/difference";
import { changePolicy } from "../../actions";
import { ChangeList } from "./change-list";
import { draftOf, type Draft } from "./draft";
import { PolicyLimits } from "./policy-limits";
import { ToolGrid } from "./tool-grid";
import { ViewSwitch } from "./view-switch";

type Props = { agentId: string; version: number; policy: PolicyContent; currency: string; mayUpdate: boolean };
type View = "grid" | "yaml";

// The schema and YAML weigh more than the rest of the page, and are needed when something is read or written.
const loadYaml = () => import("@/lib/policies/yaml");
const loadDraftReader = () => import("./read-draft");

/** One policy in two forms, a grid and YAML; both are edited, and nothing is in force before it is saved. */
export function PolicyEditor({ agentId, version, policy, currency, mayUpdate }: Props) {
  const amount = (micros: number) => formatMicros(micros, currency);
  const [view, setView] = useState<View>("grid");
  const [draft, setDraft] = useState<Draft>(() => draftOf(policy));
  const [yaml, setYaml] = useState("");
  const [problems, setProblems] = useState<string[]>([]);
  const [proposed, setProposed] = useState<PolicyContent | null>(null);

  /** The policy as it is now on the screen; says what is wrong and gives null otherwise. */
  async function readView(): Promise<PolicyContent | null> {
    const read = view === "grid" ? (await loadDraftReader()).readDraft(draft, currency) : (await loadYaml()).policyFromYaml(yaml);
    setProblems(read.ok ? [] : read.problems.map((problem) => ("line" in problem ? `Line ${problem.line}: ${problem.message}` : problem.message)));
    return read.ok ? read.policy : null;
  }

  async function show(next: View) {
    const current = await readView();
    if (!current || next === view) return;
    if (next === "yaml") setYaml((await loadYaml()).policyToYaml(current, amount));
    else setDraft(draftOf(current));
    setView(next);
  }

  async function propose() {
    const next = await readView();
    if (!next) return;
    if (policyDifference(policy, next).length === 0) setProblems(["Nothing has changed yet."]);
    else setProposed(next);
  }

  async function reset() {
    setDraft(draftOf(policy));
    if (view === "yaml") setYaml((await loadYaml()).policyToYaml(policy, amount));
    setProblems([]);
  }

  return (
    <Card title={`Version ${version}`} description="What this agent may do, and when a person is asked." actions={<ViewSwitch view={view} onChange={show} />}>
      <div className="grid min-w-0 gap-6">
        {view === "grid" ? (
          <>
            <PolicyLimits draft={draft} onChange={setDraft} currency={currency} readOnly={!mayUpdate} />
            <ToolGrid rows={draft.tools} onChange={(tools) => setDraft({ ...draft, tools })} currency={currency} level={draft.level} readOnly={!mayUpdate} />
          </>
        ) : (
          <div className="grid gap-1.5">
            <Label htmlFor="policy-yaml">Policy as YAML</Label>
            <Textarea id="policy-yaml" className="min-h-96 font-mono text-sm" spellCheck={false} readOnly={!mayUpdate} value={yaml} onChange={(event) => setYaml(event.target.value)} />
          </div>
        )}
        <div role="alert" className="empty:hidden">
          {problems.length > 0 ? (
            <Callout tone="danger" title="This policy cannot be used as it stands">
              <ul className="list-disc pl-4">
                {problems.map((problem) => (
                  <li key={problem}>{problem}</li>
                ))}
              </ul>
            </Callout>
          ) : null}
        </div>
        {mayUpdate ? (
          <div className="flex flex-wrap gap-2">
            <Button variant="primary" icon="save" onClick={propose}>
              Review and save
            </Button>
            <Button variant="ghost" icon="undo" onClick={reset}>
              Discard changes
            </Button>
          </div>
        ) : null}
      </div>
      <Dialog open={proposed !== null} onOpenChange={(open) => (open ? undefined : setProposed(null))} title={`Put version ${version + 1} in force?`} description="It counts for every action from now on." size="lg">
        {proposed ? <SavePolicy agentId={agentId} version={version} before={policy} policy={proposed} currency={currency} /> : null}
      </Dialog>
    </Card>
  );
}

type SaveProps = { agentId: string; version: number; before: PolicyContent; policy: PolicyContent; currency: string };

function SavePolicy({ agentId, version, before, policy, currency }: SaveProps) {
  const [note, setNote] = useState("");
  const { run, pending, failure } = useAction(changePolicy, { success: `Version ${version + 1} is in force` });
  return (
    <div className="grid gap-4">
      <ChangeList changes={policyDifference(before, policy)} currency={currency} />
      <div className="grid gap-1.5">
        <Label htmlFor="policy-note">Why</Label>
        <Textarea id="policy-note" rows={2} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </div>
      <FailureAlert failure={failure} />
      <div>
        <Button variant="primary" icon="check" disabled={pending} onClick={() => void run({ agentId, expectedVersion: version, policy, note })}>
          {pending ? "Saving…" : "Put in force"}
        </Button>
      </div>
    </div>
  );
}

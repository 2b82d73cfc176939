"use client";
import { useCallback, useState } from "react";
import { useAction } from "@/components/form/use-action";
import { Button } from "@/components/ui/button";
import { FailureAlert } from "@/components/form/failure-alert";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { Label } from "@/components/ui/label";
import { formatMicros } from "@/components/ui/money-format";
import { Textarea } from "@/components/ui/textarea";
import type { PolicyContent } from "@/lib/policies/content";
import type { NamedLayer } from "@/lib/policies/layers";
import { policyDifference } from "@/lib/policies/difference";
import { changePolicy } from "../../actions";
import { type Draft, type DraftTool, policyDraft } from "../../../policies/capabilities/draft";
import { Inherited } from "../../../policies/capabilities/inherited";
import { PolicyLimits } from "../../../policies/capabilities/policy-limits";
import { ProblemList } from "../../../policies/capabilities/problem-list";
import { ToolGrid } from "../../../policies/capabilities/tool-grid";
import { TryTool } from "../../../policies/capabilities/try-tool";
import { useEffects } from "../../../policies/capabilities/use-effects";
import { ViewSwitch } from "../../../policies/capabilities/view-switch";
import { WithoutEffect } from "../../../policies/capabilities/without-effect";
import { ChangeList } from "./change-list";

type Props = { agentId: string; version: number; policy: PolicyContent; above: readonly NamedLayer[]; currency: string; mayUpdate: boolean };
type View = "grid" | "yaml";

// The schema and YAML weigh more than the rest of the page, and are needed when something is read or written.
const loadYaml = () => import("@/lib/policies/yaml");
const loadDraftReader = () => import("../../../policies/capabilities/read-draft");

/** One policy in two forms, a grid and YAML; both are edited, and nothing is in force before it is saved. */
export function PolicyEditor({ agentId, version, policy, above, currency, mayUpdate }: Props) {
  const amount = (micros: number) => formatMicros(micros, currency);
  const [view, setView] = useState<View>("grid");
  const [draft, setDraft] = useState<Draft>(() => policyDraft(policy));
  const [yaml, setYaml] = useState("");
  const [problems, setProblems] = useState<string[]>([]);
  const effects = useEffects(draft, above, currency);
  const setRows = useCallback((change: (rows: DraftTool[]) => DraftTool[]) => setDraft((before) => ({ ...before, tools: change(before.tools) })), []);
  const [proposed, setProposed] = useState<PolicyContent | null>(null);

  /** The policy as it is now on the screen; says what is wrong and gives null otherwise. */
  async function readView(): Promise<PolicyContent | null> {
    const read = view === "grid" ? (await loadDraftReader()).readPolicy(draft, currency) : (await loadYaml()).policyFromYaml(yaml);
    setProblems(read.ok ? [] : read.problems.map((problem) => ("line" in problem ? `Line ${problem.line}: ${problem.message}` : problem.message)));
    return read.ok ? read.policy : null;
  }

  async function show(next: View) {
    const current = await readView();
    if (!current || next === view) return;
    if (next === "yaml") setYaml((await loadYaml()).policyToYaml(current, amount));
    else setDraft(policyDraft(current));
    setView(next);
  }

  async function propose() {
    const next = await readView();
    if (!next) return;
    if (policyDifference(policy, next).length === 0) setProblems(["Nothing has changed yet."]);
    else {
      // What has no effect is told of what is proposed, also where it came as YAML.
      if (view === "yaml") setDraft(policyDraft(next));
      setProposed(next);
    }
  }

  async function reset() {
    setDraft(policyDraft(policy));
    if (view === "yaml") setYaml((await loadYaml()).policyToYaml(policy, amount));
    setProblems([]);
  }

  return (
    <Card title={`Version ${version}`} description="What this agent may do, and when a person is asked." actions={<ViewSwitch view={view} onChange={show} />}>
      <div className="grid min-w-0 gap-6">
        {view === "grid" ? (
          <>
            <PolicyLimits draft={draft} onChange={(change) => setDraft((before) => ({ ...before, ...change }))} currency={currency} readOnly={!mayUpdate} numbers={effects?.numbers} optional={false} />
            <Inherited above={above} currency={currency} />
            <ToolGrid rows={draft.tools} onChange={setRows} notes={effects?.rows} currency={currency} level={draft.level} readOnly={!mayUpdate} />
            <TryTool draft={draft} above={above} currency={currency} />
          </>
        ) : (
          <div className="grid gap-1.5">
            <Label htmlFor="policy-yaml">Policy as YAML</Label>
            <Textarea id="policy-yaml" className="min-h-96 font-mono text-sm" spellCheck={false} readOnly={!mayUpdate} value={yaml} onChange={(event) => setYaml(event.target.value)} />
          </div>
        )}
        <ProblemList problems={problems} />
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
        <WithoutEffect draft={draft} effects={effects} />
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

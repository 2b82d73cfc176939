"use client";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { PublishBar } from "@/components/governance/publish-bar";
import type { Scope } from "@/components/governance/scope";
import { useDraft } from "@/components/governance/use-draft";
import { Label } from "@/components/ui/label";
import { formatMicros } from "@/components/ui/money-format";
import { Textarea } from "@/components/ui/textarea";
import { differences } from "@/lib/governance/difference";
import type { CapabilitiesContent } from "@/lib/policies/capabilities-content";
import type { Capability } from "@/lib/policies/capability";
import type { NamedLayer } from "@/lib/policies/layers";
import { publish } from "../actions";
import { PreviewCard } from "../preview-card";
import { type Draft, type DraftTool, gridDraft } from "./draft";
import { rowInWords } from "./grid-view";
import { Inherited } from "./inherited";
import { PolicyLimits } from "./policy-limits";
import { ProblemList } from "./problem-list";
import { ToolGrid } from "./tool-grid";
import { TryTool } from "./try-tool";
import { useEffects } from "./use-effects";
import { ViewSwitch } from "./view-switch";
import { WithoutEffect } from "./without-effect";

type Props = {
  place: Scope & { kind: "capabilities" };
  version: number;
  content: CapabilitiesContent;
  above: readonly NamedLayer[];
  currency: string;
  mayUpdate: boolean;
};

// The schema and YAML weigh more than the rest of the page, and are needed when something is read or written.
const loadYaml = () => import("@/lib/policies/yaml");

// What a draft says, once it was read: the draft itself is text, and only what can be read is compared and published.
const saidBy = new WeakMap<Draft, CapabilitiesContent>();

function draftFrom(content: CapabilitiesContent): Draft {
  const draft = gridDraft(content);
  saidBy.set(draft, content);
  return draft;
}

function contentOf(draft: Draft): CapabilitiesContent {
  const content = saidBy.get(draft);
  if (!content) throw new Error("the grid was not read");
  return content;
}

/** The grid of one level, as controls and as YAML. Nothing is in force before it is published. */
export function GridEditor({ place, version, content, above, currency, mayUpdate }: Props) {
  const current = useMemo(() => ({ version, content: draftFrom(content) }), [version, content]);
  const draft = useDraft<Draft>(current);
  const [yaml, setYaml] = useState<string | null>(null);
  const [problems, setProblems] = useState<string[]>([]);
  const effects = useEffects(draft.content, above, currency);
  const { content: typed, setContent } = draft;
  // Always the same function, so that a row which is not edited is not drawn again.
  const latest = useRef({ typed, setContent });
  useEffect(() => {
    latest.current = { typed, setContent };
  });
  const setRows = useCallback((change: (rows: DraftTool[]) => DraftTool[]) => {
    const { typed: before, setContent: put } = latest.current;
    put({ ...before, tools: change(before.tools) });
  }, []);

  /** The grid as it stands on the screen; says what is wrong and gives null otherwise. */
  async function read(): Promise<Draft | null> {
    const found = yaml === null ? (await import("./read-draft")).readGrid(typed, currency) : (await loadYaml()).gridFromYaml(yaml);
    setProblems(found.ok ? [] : found.problems.map((problem) => ("line" in problem ? `Line ${problem.line}: ${problem.message}` : problem.message)));
    if (!found.ok) return null;
    if (yaml === null) {
      saidBy.set(typed, found.policy);
      return typed;
    }
    const next = draftFrom(found.policy);
    // Where nothing differs, what is in force is shown again, and that nothing has changed.
    if (differences(contentOf(draft.base.content), found.policy).length === 0) {
      discard();
      return draft.base.content;
    }
    setContent(next);
    return next;
  }

  async function show(view: "grid" | "yaml") {
    if ((view === "yaml") === (yaml !== null)) return;
    const found = await read();
    if (found) setYaml(view === "yaml" ? (await loadYaml()).gridToYaml(contentOf(found), (micros) => formatMicros(micros, currency)) : null);
  }

  function discard() {
    draft.discard();
    setYaml(null);
    setProblems([]);
  }

  return (
    <div className="grid min-w-0 gap-6">
      <div className="flex justify-end">
        <ViewSwitch view={yaml === null ? "grid" : "yaml"} onChange={(view) => void show(view)} />
      </div>
      {yaml === null ? (
        <>
          <PolicyLimits draft={typed} onChange={(change) => setContent({ ...typed, ...change })} currency={currency} readOnly={!mayUpdate} numbers={effects?.numbers} optional />
          <Inherited above={above} currency={currency} />
          <ToolGrid rows={typed.tools} onChange={setRows} notes={effects?.rows} currency={currency} level={typed.level} readOnly={!mayUpdate} />
          <TryTool draft={typed} above={above} currency={currency} />
        </>
      ) : (
        <div className="grid gap-1.5">
          <Label htmlFor="grid-yaml">Grid as YAML</Label>
          <Textarea id="grid-yaml" className="min-h-96 font-mono text-sm" spellCheck={false} readOnly={!mayUpdate} value={yaml} onChange={(event) => setYaml(event.target.value)} />
        </div>
      )}
      <ProblemList problems={problems} />
      <WithoutEffect draft={typed} effects={effects} />
      {mayUpdate ? (
        <>
          <PublishBar
            place={place}
            draft={{ ...draft, changed: draft.changed || yaml !== null, discard }}
            read={read}
            differences={(before, after) => inWords(differences(contentOf(before), contentOf(after)), currency)}
            publish={(state, input) => publish(state, withContent(input))}
          />
          <PreviewCard place={place} read={() => read().then((found) => found && contentOf(found))} content={saidBy.get(typed) ?? typed} />
        </>
      ) : null}
    </div>
  );
}

/** Whole rows as sentences; smaller parts as they are. */
function inWords(changes: ReturnType<typeof differences>, currency: string): ReturnType<typeof differences> {
  const said = (value: (typeof changes)[number]["before"]) => (value !== null && typeof value === "object" && "tool" in value ? rowInWords(value as unknown as Capability, currency) : value);
  return changes.map(({ path, before, after }) => ({ path, before: said(before), after: said(after) }));
}

/** What is sent is what the draft says. */
function withContent(input: FormData | Record<string, unknown>): Record<string, unknown> {
  const sent = input as Record<string, unknown>;
  return { ...sent, content: contentOf(sent.content as Draft) };
}

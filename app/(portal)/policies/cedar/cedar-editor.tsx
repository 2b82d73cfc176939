"use client";
import { useRef, useState } from "react";
import { FailureAlert } from "@/components/form/failure-alert";
import { useAction } from "@/components/form/use-action";
import { CodeEditor, type CodeEditorHandle } from "@/components/governance/code-editor";
import { ProblemList } from "@/components/governance/problem-list";
import { PublishBar } from "@/components/governance/publish-bar";
import type { Scope } from "@/components/governance/scope";
import { useDraft, type Version } from "@/components/governance/use-draft";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import type { CedarReport } from "@/lib/cedar/check";
import type { CedarContent } from "@/lib/cedar/content";
import { differences } from "@/lib/governance/difference";
import { check, publish } from "../actions";
import { PreviewCard } from "../preview-card";
import { TryCard } from "../try-card";
import { PolicyList } from "./policy-list";
import { TestList } from "./test-list";

type Props = {
  place: Scope & { kind: "cedar" };
  current: Version<CedarContent>;
  mayUpdate: boolean;
  /** Those that a request can be tried in the name of. */
  agents: readonly { id: string; name: string }[];
  currency: string;
};

const example = `@id("no-exports-at-night")
@message("Exports run by day only.")
forbid (principal, action == Countersign::Action::"tool", resource)
when { resource.name like "*.export" && context.hour < 6 };`;

/** The policies of one level: written, checked, tried and published, with the tests that must hold. */
export function CedarEditor({ place, current, mayUpdate, agents, currency }: Props) {
  const draft = useDraft(current);
  const editor = useRef<CodeEditorHandle>(null);
  const latest = useRef<CedarReport | null>(null);
  const [checked, setChecked] = useState<{ content: CedarContent; report: CedarReport } | null>(null);
  const { run, pending, failure } = useAction(check, { looksOnly: true, onSuccess: (report) => void (latest.current = report) });
  const { content } = draft;
  const report = checked?.content === content ? checked.report : null;
  const failing = report?.tests.filter(({ passed }) => !passed).length ?? 0;
  const goTo = (line: number, column?: number) => editor.current?.goTo(line, column);

  /** What is found in the draft as it stands; null when it could not be asked. */
  async function look(): Promise<CedarReport | null> {
    latest.current = null;
    await run({ scopeType: place.scopeType, scopeId: place.scopeId, content });
    if (latest.current) setChecked({ content, report: latest.current });
    return latest.current;
  }

  async function read(): Promise<CedarContent | null> {
    const found = await look();
    return found && found.problems.length === 0 && found.tests.every(({ passed }) => passed) ? content : null;
  }

  async function format() {
    const formatted = (await look())?.formatted;
    if (formatted && formatted !== content.text) editor.current?.replace(formatted);
  }

  return (
    <>
      <Card
        title={current.version === 0 ? "Nothing is published here" : `Version ${current.version}`}
        description="What these texts permit or forbid counts together with the grids and levels of every agent below. A forbid wins over everything."
      >
        <div className="grid min-w-0 gap-4" aria-busy={pending}>
          <CodeEditor label="Policies in Cedar" handle={editor} value={content.text} problems={report?.problems} onChange={(text) => draft.setContent({ ...content, text })} readOnly={!mayUpdate} maxLength={65_536} placeholder={example} />
          {mayUpdate ? (
            <>
              <FailureAlert failure={failure} />
              {report ? <ProblemList title="These policies cannot be published as they stand" problems={report.problems} goTo={goTo} /> : null}
              {report && failing > 0 ? <Callout tone="danger" title={failing === 1 ? "One test fails" : `${failing} tests fail`}>Until they pass, nothing is published.</Callout> : null}
              {report && report.warnings.length > 0 ? (
                <Callout tone="warn" title="Worth a look">
                  {report.warnings.map(({ message, line }) => (
                    <p key={`${line} ${message}`}>
                      Line {line}: {message}
                    </p>
                  ))}
                </Callout>
              ) : null}
              {report && report.problems.length === 0 && failing === 0 ? (
                <div role="status">
                  <Callout tone="ok" title="Valid">
                    {report.policies.length === 1 ? "1 policy" : `${report.policies.length} policies`} against the schema; {report.tests.length === 0 ? "there are no tests yet." : report.tests.length === 1 ? "1 test passes." : `all ${report.tests.length} tests pass.`}
                  </Callout>
                </div>
              ) : null}
              <PublishBar place={place} draft={draft} read={read} differences={differences} publish={publish}>
                <Button icon="check" disabled={pending} onClick={() => void look()}>
                  {pending ? "Checking…" : "Validate and test"}
                </Button>
                <Button icon="wrap" disabled={pending} onClick={() => void format()}>
                  Format
                </Button>
              </PublishBar>
            </>
          ) : null}
          {report && report.policies.length > 0 ? <PolicyList policies={report.policies} goTo={goTo} /> : null}
        </div>
      </Card>
      <TestList tests={content.tests} results={report?.tests ?? []} readOnly={!mayUpdate} onChange={(tests) => draft.setContent({ ...content, tests })} />
      <TryCard agents={agents} currency={currency} draft={draft.changed ? { ...place, content } : null} />
      {mayUpdate ? <PreviewCard place={place} read={async () => content} content={content} /> : null}
    </>
  );
}

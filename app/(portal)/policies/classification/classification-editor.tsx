"use client";
import { useRef, useState } from "react";
import { FailureAlert } from "@/components/form/failure-alert";
import { useAction } from "@/components/form/use-action";
import { PublishBar } from "@/components/governance/publish-bar";
import type { Scope } from "@/components/governance/scope";
import { useDraft, type Version } from "@/components/governance/use-draft";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { HostileText } from "@/components/ui/hostile-text";
import type { ClassificationContent } from "@/lib/classification/content";
import type { ClassificationTrial } from "@/lib/classification/try";
import { differences } from "@/lib/governance/difference";
import { publish } from "../actions";
import { PreviewCard } from "../preview-card";
import { tryRules } from "./actions";
import { KindRows, RaiseRows } from "./rule-rows";
import { RulesView } from "./rules-view";
import { TestRows } from "./test-rows";
import { type PastRequest, TryRequest } from "./try-request";

type Props = { place: Scope & { kind: "classification" }; current: Version<ClassificationContent>; mayUpdate: boolean; past: readonly PastRequest[] };

/** The rules of classification: written, tried, tested and published. */
export function ClassificationEditor({ place, current, mayUpdate, past }: Props) {
  const draft = useDraft(current);
  const seen = useRef<ClassificationTrial | null>(null);
  const [trial, setTrial] = useState<{ of: ClassificationContent; found: ClassificationTrial } | null>(null);
  const { run, pending, failure } = useAction(tryRules, { looksOnly: true, onSuccess: (found) => void (seen.current = found) });
  const { content } = draft;
  // What was found is of what stood there then.
  const found = trial && trial.of === content ? trial.found : null;
  const set = (change: Partial<ClassificationContent>) => draft.setContent({ ...content, ...change });

  async function read(): Promise<ClassificationContent | null> {
    seen.current = null;
    await run({ draft: written(content) });
    const answer = seen.current as ClassificationTrial | null;
    setTrial(answer && { of: content, found: answer });
    return answer?.content ?? null;
  }

  if (!mayUpdate) {
    return (
      <>
        <Card title={versionTitle(current.version)}>
          <RulesView content={current.content} />
        </Card>
        <Card title="Try a request">
          <TryRequest past={past} draft={null} />
        </Card>
      </>
    );
  }
  return (
    <>
      <Card title={`Kinds · ${versionTitle(current.version)}`} description="From above: the first that matches is what the action is. * stands for any characters; . / and : are the same. Alt and an arrow key move a row.">
        <KindRows rows={content.kinds} onRows={(kinds) => set({ kinds })} />
      </Card>
      <Card title="What raises them" description="All that match count; none lowers. Every part that is filled in must be met. An amount that cannot be read counts as met.">
        <RaiseRows rows={content.raises} onRows={(raises) => set({ raises })} />
      </Card>
      <Card title="Tests" description="Rules are published only when every request gets the class that it must have.">
        <TestRows rows={content.tests} onRows={(tests) => set({ tests })} results={found?.tests ?? null} />
      </Card>
      <Card title="Try a request">
        <TryRequest past={past} draft={draft.changed ? () => written(content) : null} />
      </Card>
      <Card title="Publish">
        <div className="grid gap-3">
          <div role="alert" className="empty:hidden">
            {found && found.problems.length > 0 ? <Problems problems={found.problems} /> : null}
          </div>
          <div role="status" className="empty:hidden">
            {found && found.problems.length === 0 ? <Callout tone="ok" title={found.tests.length === 1 ? "The test passes" : `All ${found.tests.length} tests pass`} /> : null}
          </div>
          <FailureAlert failure={failure} />
          <PublishBar place={place} draft={draft} read={read} differences={differences} publish={publish}>
            <Button icon="play" disabled={pending} onClick={() => void read()}>
              {pending ? "Running…" : "Run tests"}
            </Button>
          </PublishBar>
        </div>
      </Card>
      <PreviewCard place={place} read={read} content={written(content)} />
    </>
  );
}

function versionTitle(version: number): string {
  return version === 0 ? "as a new installation has them" : `version ${version}`;
}

/** Without the commas that nothing stands behind. */
function written(content: ClassificationContent): ClassificationContent {
  const tidy = <T extends string[] | null>(list: T) => (list ? list.map((one) => one.trim()).filter((one) => one !== "") : null);
  return {
    kinds: content.kinds.map((rule) => ({ ...rule, tools: tidy(rule.tools) ?? [], operations: tidy(rule.operations) })),
    raises: content.raises.map((rule) => ({ ...rule, tools: tidy(rule.tools), operations: tidy(rule.operations) })),
    tests: content.tests,
  };
}

const parts: Record<string, string> = { kinds: "Kind", raises: "Raise", tests: "Test" };

function Problems({ problems }: { problems: ClassificationTrial["problems"] }) {
  return (
    <Callout tone="danger" title={problems.length === 1 ? "One thing must be mended first" : `${problems.length} things must be mended first`}>
      <ul className="list-disc pl-5">
        {problems.slice(0, 20).map(({ path, message }) => {
          const [part = "", row, field] = path.split(".");
          const where = row === undefined ? "" : `${parts[part] ?? part} ${Number(row) + 1}${field ? `, ${field}` : ""}: `;
          return (
            <li key={`${path} ${message}`}>
              {where}
              <HostileText inline text={message} />
            </li>
          );
        })}
      </ul>
    </Callout>
  );
}

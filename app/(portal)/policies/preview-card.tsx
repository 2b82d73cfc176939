"use client";
import { useRef, useState } from "react";
import { FailureAlert } from "@/components/form/failure-alert";
import { useAction } from "@/components/form/use-action";
import type { Scope } from "@/components/governance/scope";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import type { DocumentKind } from "@/lib/governance/kinds";
import type { Preview } from "@/lib/policy-preview/preview";
import { preview } from "./actions";
import { PreviewResult } from "./preview-result";

type Props = {
  place: Scope & { kind: DocumentKind };
  /** What stands in the editor, or null after it has said what is wrong with it. */
  read: () => Promise<unknown>;
  /** The draft as it is now: a result of an earlier one says so. */
  content: unknown;
};

/** What the draft would have changed, had it been in force: asked for, since it reads thousands of requests. */
export function PreviewCard({ place, read, content }: Props) {
  const [shown, setShown] = useState<{ of: string; value: Preview } | null>(null);
  const asked = useRef("");
  const { run, pending, failure } = useAction(preview, { looksOnly: true, onSuccess: (value) => setShown({ of: asked.current, value }) });

  async function look() {
    const draft = await read();
    if (draft === null) return;
    asked.current = JSON.stringify(draft);
    await run({ kind: place.kind, scopeType: place.scopeType, scopeId: place.scopeId, content: draft });
  }

  return (
    <Card
      headingLevel={3}
      title="Preview over history"
      description="Decides the real requests of the last 30 days again, with this draft and without it. Nothing is changed."
      actions={
        <Button icon="clock" disabled={pending} onClick={() => void look()}>
          {pending ? "Deciding again…" : "Preview"}
        </Button>
      }
    >
      <div className="grid min-w-0 gap-3" aria-busy={pending}>
        <FailureAlert failure={failure} />
        {shown && shown.of !== JSON.stringify(content) ? <Callout tone="warn">The draft changed since this preview.</Callout> : null}
        {shown ? <PreviewResult preview={shown.value} /> : <p className="text-muted">Requests that it would newly allow, deny or ask a person for stand here, and those for which it would ask somebody else, with examples.</p>}
      </div>
    </Card>
  );
}

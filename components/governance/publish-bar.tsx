"use client";
import { useRouter } from "next/navigation";
import { type ReactNode, useId, useState } from "react";
import { FailureAlert } from "../form/failure-alert";
import type { FormAction } from "../form/result";
import { useAction } from "../form/use-action";
import { Button } from "../ui/button";
import { Callout } from "../ui/callout";
import { Dialog } from "../ui/dialog";
import { Label } from "../ui/label";
import { Textarea } from "../ui/textarea";
import { ChangeTable, type Change } from "./change-table";
import type { Scope } from "./scope";
import type { Draft } from "./use-draft";

interface PublishBarProps<C> {
  place: Scope & { kind: string };
  draft: Draft<C>;
  /** What stands in the editor, or null after it has said what is wrong with it. */
  read: () => Promise<C | null>;
  /** `lib/governance/difference.ts`; or one that says it in the document's own words. */
  differences: (before: C, after: C) => readonly Change[];
  publish: FormAction<{ version: number }>;
  /** Further buttons: what can be tried before. */
  children?: ReactNode;
}

/** Under every editor of a document: what would change, why, and putting it in force. */
export function PublishBar<C>({ place, draft, read, differences, publish, children }: PublishBarProps<C>) {
  const [proposed, setProposed] = useState<{ content: C } | null>(null);
  const [nothing, setNothing] = useState(false);

  async function review() {
    const content = await read();
    setNothing(content !== null && differences(draft.current.content, content).length === 0);
    if (content !== null && differences(draft.current.content, content).length > 0) setProposed({ content });
  }

  return (
    <div className="grid gap-3">
      <div role="status" className="empty:hidden">
        {draft.outdated ? (
          <Callout tone="warn" title={`Version ${draft.current.version} was published meanwhile`}>
            What you typed is here still, on version {draft.base.version}. &quot;Review and publish&quot; shows both.
          </Callout>
        ) : nothing && !draft.changed ? (
          <Callout tone="info">Nothing has changed yet.</Callout>
        ) : null}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" icon="save" onClick={() => void review()}>
          Review and publish
        </Button>
        {children}
        <Button
          variant="ghost"
          icon="undo"
          disabled={!draft.changed}
          onClick={() => {
            draft.discard();
            setNothing(false);
          }}
        >
          Discard changes
        </Button>
      </div>
      <Dialog open={proposed !== null} onOpenChange={(open) => (open ? undefined : setProposed(null))} title={`Put version ${draft.current.version + 1} in force?`} description={place.kind === "approvals" ? "It counts for every request from now on. Those that wait already keep the rules under which they were asked." : "It counts for every decision from now on. What was approved under the version before and is not carried out yet is decided anew."} size="lg">
        {proposed ? <Publish place={place} draft={draft} content={proposed.content} differences={differences} publish={publish} /> : null}
      </Dialog>
    </div>
  );
}

type PublishProps<C> = Omit<PublishBarProps<C>, "read" | "children"> & { content: C };

function Publish<C>({ place, draft, content, differences, publish }: PublishProps<C>) {
  const router = useRouter();
  const id = useId();
  const [note, setNote] = useState("");
  const { run, pending, failure } = useAction(publish, { success: `Version ${draft.current.version + 1} is in force`, onSuccess: draft.settle });
  const foreign = draft.outdated ? differences(draft.base.content, draft.current.content) : [];

  async function put() {
    const refusal = await run({ ...place, expectedVersion: draft.base.version, content, note });
    // Somebody else was first: what they published is read, and what was typed here stays.
    if (refusal?.code === "conflict") router.refresh();
  }

  return (
    <div className="grid gap-4">
      {draft.outdated ? (
        <Callout
          tone="warn"
          title={`Version ${draft.current.version} was published while you edited version ${draft.base.version}`}
          action={
            <Button size="sm" onClick={draft.rebase}>
              I have seen it: mine replaces it
            </Button>
          }
        >
          <p className="mb-2">This is what it changed. What yours would undo of it stands below.</p>
          <ChangeTable changes={foreign} />
        </Callout>
      ) : null}
      <section aria-label="What would change" className="min-w-0">
        <h3 className="mb-2 font-semibold">What would change</h3>
        <ChangeTable changes={differences(draft.current.content, content)} />
      </section>
      <div className="grid gap-1.5">
        <Label htmlFor={id}>Why</Label>
        <Textarea id={id} rows={2} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </div>
      <FailureAlert failure={draft.outdated ? null : failure} />
      <div>
        <Button variant="primary" icon="check" disabled={pending || draft.outdated} onClick={() => void put()}>
          {pending ? "Publishing…" : "Put in force"}
        </Button>
      </div>
    </div>
  );
}

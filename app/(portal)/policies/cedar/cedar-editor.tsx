"use client";
import { useRef } from "react";
import { CodeEditor, type CodeEditorHandle } from "@/components/governance/code-editor";
import { PublishBar } from "@/components/governance/publish-bar";
import type { Scope } from "@/components/governance/scope";
import { useDraft, type Version } from "@/components/governance/use-draft";
import type { CedarContent } from "@/lib/cedar/content";
import { differences } from "@/lib/governance/difference";
import { publish } from "../actions";

type Props = { place: Scope & { kind: "cedar" }; current: Version<CedarContent>; mayUpdate: boolean };

const example = `@id("no-exports-at-night")
@message("Exports run by day only.")
forbid (principal, action == Countersign::Action::"tool", resource)
when { resource.name like "*.export" };`;

/** The text of one level's policies: written, checked, tried and published. */
export function CedarEditor({ place, current, mayUpdate }: Props) {
  const draft = useDraft(current);
  const editor = useRef<CodeEditorHandle>(null);
  const { text } = draft.content;

  async function read(): Promise<CedarContent | null> {
    return draft.content;
  }

  return (
    <div className="grid min-w-0 gap-4">
      <CodeEditor label="Policies in Cedar" handle={editor} value={text} onChange={(next) => draft.setContent({ ...draft.content, text: next })} readOnly={!mayUpdate} maxLength={65_536} placeholder={example} />
      {mayUpdate ? <PublishBar place={place} draft={draft} read={read} differences={differences} publish={publish} /> : null}
    </div>
  );
}

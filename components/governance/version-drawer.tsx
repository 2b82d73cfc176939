"use client";
import { type ReactNode, useId, useState } from "react";
import { FailureAlert } from "../form/failure-alert";
import type { FormAction } from "../form/result";
import { useAction } from "../form/use-action";
import { Button } from "../ui/button";
import { Drawer } from "../ui/drawer";
import { Label } from "../ui/label";
import { Textarea } from "../ui/textarea";
import { ChangeTable, type Change } from "./change-table";
import type { PublishedVersion } from "./history-list";
import type { Scope } from "./scope";

interface VersionDrawerProps {
  place: Scope & { kind: string };
  version: PublishedVersion & { content: unknown };
  current: number;
  /** What it changed against the one before it; null: the one before is not at hand. */
  changes: readonly Change[] | null;
  /** What going back to it would change in what is in force. */
  back: readonly Change[];
  mayUpdate: boolean;
  publish: FormAction<{ version: number }>;
  /** The version as a whole. */
  children: ReactNode;
}

/** One version of a document, opened from its history by `?version=`. */
export function VersionDrawer({ place, version, current, changes, back, mayUpdate, publish, children }: VersionDrawerProps) {
  return (
    <Drawer open closeParam="version" title={`Version ${version.version}`} description={version.version === current ? "In force" : `Version ${current} is in force`}>
      <div className="grid gap-5">
        {changes ? (
          <section className="min-w-0">
            <h3 className="mb-2 font-semibold">What it changed</h3>
            {changes.length > 0 ? <ChangeTable changes={changes} /> : <p className="text-muted">Nothing against the version before it.</p>}
          </section>
        ) : null}
        <section className="min-w-0">
          <h3 className="mb-2 font-semibold">The version as a whole</h3>
          {children}
        </section>
        {version.version === current ? null : (
          <section className="min-w-0">
            <h3 className="mb-2 font-semibold">Against what is in force</h3>
            {back.length > 0 ? <ChangeTable changes={back} /> : <p className="text-muted">It says the same.</p>}
            {mayUpdate && back.length > 0 ? <RollBack place={place} version={version} current={current} publish={publish} /> : null}
          </section>
        )}
      </div>
    </Drawer>
  );
}

function RollBack({ place, version, current, publish }: Pick<VersionDrawerProps, "place" | "version" | "current" | "publish">) {
  const id = useId();
  const [note, setNote] = useState(`Back to version ${version.version}`);
  const { run, pending, failure } = useAction(publish, { success: `Version ${current + 1} is in force, with the content of version ${version.version}` });
  return (
    <div className="mt-4 grid gap-3">
      <div className="grid gap-1.5">
        <Label htmlFor={id}>Why</Label>
        <Textarea id={id} rows={2} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </div>
      <FailureAlert failure={failure} />
      <div>
        <Button icon="rollback" disabled={pending} onClick={() => void run({ ...place, expectedVersion: current, content: version.content, note })}>
          {pending ? "Publishing…" : `Publish it again as version ${current + 1}`}
        </Button>
      </div>
    </div>
  );
}

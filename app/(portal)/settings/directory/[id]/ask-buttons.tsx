"use client";
import { useState } from "react";
import { ActionButton } from "@/components/form/action-button";
import { useAction } from "@/components/form/use-action";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import type { TryOut } from "@/lib/directory/pull/try-out";
import { cancelDirectorySyncAction, previewDirectoryAction, syncDirectoryAction, testDirectoryAction } from "../actions";
import { TryOutResult } from "./try-out-result";

type Props = { id: string; name: string; open: boolean; admitted: boolean; previewed: boolean };

/** Test, preview and sync, in the order in which they are done the first time. */
export function AskButtons({ id, name, open, admitted, previewed }: Props) {
  const [tried, setTried] = useState<TryOut | null>(null);
  const test = useAction(testDirectoryAction, { stay: true, onSuccess: setTried });
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap gap-2">
        <Button icon="link" variant={admitted || previewed || tried ? "secondary" : "primary"} disabled={test.pending} onClick={() => void test.run({ id })}>
          {test.pending ? "Testing…" : "Test"}
        </Button>
        {open ? (
          <ActionButton action={cancelDirectorySyncAction} input={{ id }} icon="x" success="Stopped.">
            Stop
          </ActionButton>
        ) : (
          <>
            <ActionButton action={previewDirectoryAction} input={{ id }} icon="eye" variant={!admitted && !previewed && tried ? "primary" : "secondary"}>
              Preview
            </ActionButton>
            {admitted ? (
              <ActionButton action={syncDirectoryAction} input={{ id }} icon="refresh" variant="primary">
                Sync now
              </ActionButton>
            ) : previewed ? (
              <ActionButton
                action={syncDirectoryAction}
                input={{ id }}
                icon="refresh"
                variant="primary"
                confirm={{ title: `Let ${name} say who works here?`, consequence: "What the preview shows is carried out now, and from then on by itself. Whoever the directory takes away is out with the next sync. Roles given by hand stay.", confirmLabel: "Sync" }}
              >
                Start the first sync
              </ActionButton>
            ) : null}
          </>
        )}
      </div>
      <div role="status" className="empty:hidden">
        {test.failure ? (
          <Callout tone="danger" title={test.failure.message}>
            {test.failure.hint}
          </Callout>
        ) : null}
        {tried ? <TryOutResult result={tried} /> : null}
      </div>
    </div>
  );
}

import { ActionButton } from "@/components/form/action-button";
import { Callout } from "@/components/ui/callout";
import type { SyncView } from "@/lib/directory/pull/view";
import { syncDirectoryAction } from "../actions";

/** A sync that would take too much from too many: nothing was done, and somebody decides. */
export function HeldCallout({ id, sync, mayChange }: { id: string; sync: SyncView; mayChange: boolean }) {
  const losing = sync.summary?.losing ?? 0;
  const people = `${losing.toLocaleString("en")} ${losing === 1 ? "person" : "people"}`;
  return (
    <Callout
      tone="warn"
      title="The sync stopped before it changed anything, and asks"
      action={
        mayChange ? (
          <ActionButton
            action={syncDirectoryAction}
            input={{ id, heldId: sync.id }}
            size="sm"
            confirm={{ title: `Let ${people} lose something?`, consequence: `The directory is read again. If no more than ${people} would leave or lose roles, it is carried out; their sessions end at once.`, confirmLabel: "Let it go on" }}
          >
            Let it go on
          </ActionButton>
        ) : null
      }
    >
      {sync.problem} {sync.hint}
    </Callout>
  );
}

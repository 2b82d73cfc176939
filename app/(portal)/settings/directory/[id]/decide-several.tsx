"use client";
import { useAction } from "@/components/form/use-action";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toast } from "@/components/ui/toast";
import type { ConflictView } from "@/lib/directory/load";
import { resolveConflictsAction } from "../actions";
import { conflictWords } from "./conflict-words";

const number = (value: number, one: string, many: string) => `${value.toLocaleString("en")} ${value === 1 ? one : many}`;

/** Decides the chosen conflicts in the same way, after saying what that means for whom. */
export function DecideSeveral({ marked, done }: { marked: readonly ConflictView[]; done: () => void }) {
  const { run, pending } = useAction(resolveConflictsAction, { success: `${number(marked.length, "conflict is", "conflicts are")} decided.`, onSuccess: done });
  const adoptable = marked.filter(({ conflict }) => conflictWords[conflict].adopt);
  const byHand = adoptable.filter(({ conflict }) => conflict === "by_hand").length;
  const left = adoptable.length - byHand;

  async function decide(how: "adopt" | "leave", rows: readonly ConflictView[]) {
    const refusal = await run({ how, userIds: rows.map(({ userId }) => userId) });
    if (refusal) toast.error(refusal.message, { description: refusal.hint });
  }

  return (
    <div className="flex flex-wrap gap-2">
      {adoptable.length > 0 ? (
        <ConfirmDialog
          trigger={<Button size="sm" disabled={pending}>{`Take over ${adoptable.length.toLocaleString("en")}`}</Button>}
          title={`Give ${number(adoptable.length, "person", "people")} to the directory?`}
          consequence={
            <>
              {byHand > 0 ? <p>{number(byHand, "person who was", "people who were")} added by hand: the directory may rename and remove them; roles given by hand stay.</p> : null}
              {left > 0 ? <p>{number(left, "person who was", "people who were")} removed here: they are let in again.</p> : null}
              {marked.length > adoptable.length ? <p>{number(marked.length - adoptable.length, "conflict cannot", "conflicts cannot")} be decided so, and {marked.length - adoptable.length === 1 ? "stays" : "stay"}.</p> : null}
            </>
          }
          confirmLabel="Take over"
          onConfirm={() => decide("adopt", adoptable)}
        />
      ) : null}
      <ConfirmDialog
        trigger={<Button size="sm" variant="ghost" disabled={pending}>{`Leave ${marked.length.toLocaleString("en")} as they are`}</Button>}
        title={`Leave ${number(marked.length, "conflict", "conflicts")} as they are?`}
        consequence="The directory's users get nothing here, the people here lose nothing, and this is not asked again until the directory says something else of them."
        confirmLabel="Leave"
        tone="primary"
        onConfirm={() => decide("leave", marked)}
      />
    </div>
  );
}

import { ButtonLink } from "@/components/ui/button-link";
import { Callout } from "@/components/ui/callout";
import { ExactTime } from "@/components/ui/exact-time";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { listLocksOf, type LockNote } from "@/lib/locks/list-of";
import { lockWords, type LockKind } from "@/lib/locks/words";

/** Says on a page that what it shows is locked, by whom, why and until when, and leads to where it is lifted. */
export async function LockCallouts({ ctx, of }: { ctx: PersonCtx; of: readonly { kind: LockKind; target: string }[] }) {
  const notes = await listLocksOf(ctx, { of });
  if (notes.length === 0) return null;
  return (
    <div className="mb-4 grid gap-2">
      {notes.map((note) => (
        <LockCallout key={note.id} note={note} />
      ))}
    </div>
  );
}

export function LockCallout({ note }: { note: LockNote }) {
  return (
    <Callout
      tone="danger"
      title={`${lockWords[note.kind].label} ${note.name} is locked: ${note.message}`}
      action={
        note.mayLook ? (
          <ButtonLink href={`/settings/locks/${note.id}`} size="sm" prefetch={false}>
            {note.mayLift ? "Lift…" : "See the lock"}
          </ButtonLink>
        ) : undefined
      }
    >
      By {note.placedBy} since <ExactTime at={note.createdAt} />, {note.until ? <>until <ExactTime at={note.until} /></> : "until somebody lifts it"}.
    </Callout>
  );
}

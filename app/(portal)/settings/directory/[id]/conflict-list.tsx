import Link from "next/link";
import { ActionButton } from "@/components/form/action-button";
import { Card } from "@/components/ui/card";
import type { ConflictView } from "@/lib/directory/load";
import { resolveConflictAction } from "../actions";

/** What is the matter and what to do about it; `adopt` where that is one click. */
const words: Record<ConflictView["conflict"], { text: string; adopt?: string }> = {
  by_hand: { text: "Somebody has this address who was added by hand. Take them over, and the directory may rename and remove them; roles given by hand stay.", adopt: "Take over" },
  left: { text: "Somebody with this address was removed here. The directory does not let them in again by itself.", adopt: "Let in again" },
  taken: { text: "The address belongs to another organization on this portal. Give the user another address in your directory." },
  other_directory: { text: "Another connected directory has this person. Take them out of one of the two." },
  last_admin: { text: "The directory takes away the last organization admin, which was refused. Make somebody else an organization admin, then have the directory send it again." },
};

export function ConflictList({ conflicts, total, mayChange }: { conflicts: readonly ConflictView[]; total: number; mayChange: boolean }) {
  return (
    <Card title={`To decide: ${total.toLocaleString("en")}`} description="Until then both stay as they are: the directory's user gets nothing, the person here loses nothing." flush>
      <ul className="divide-y divide-line">
        {conflicts.map((each) => (
          <li key={each.userId} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
            <div className="min-w-0 flex-1 basis-72">
              <p className="font-medium wrap-anywhere">
                {each.person ? (
                  <Link href={`/settings/members/${each.person.id}`} className="hover:underline">
                    {each.person.name}
                  </Link>
                ) : (
                  each.userName
                )}{" "}
                <span className="font-normal text-muted">{each.email}</span>
              </p>
              <p className="text-sm text-muted">{words[each.conflict].text}</p>
            </div>
            {mayChange ? <Decide conflict={each} /> : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Decide({ conflict: { userId, conflict, email } }: { conflict: ConflictView }) {
  const { adopt, text } = words[conflict];
  return (
    <div className="flex flex-wrap gap-2">
      {adopt ? (
        <ActionButton action={resolveConflictAction} input={{ userId, how: "adopt" }} success={`${email} is the directory's from now on.`} size="sm" confirm={{ title: `${adopt}: ${email}?`, consequence: text, confirmLabel: adopt }}>
          {adopt}
        </ActionButton>
      ) : null}
      <ActionButton action={resolveConflictAction} input={{ userId, how: "leave" }} success="Left as it is." size="sm" variant="ghost">
        Leave as it is
      </ActionButton>
    </div>
  );
}

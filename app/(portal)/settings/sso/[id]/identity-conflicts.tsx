import Link from "next/link";
import { ActionButton } from "@/components/form/action-button";
import { Badge } from "@/components/ui/badge";
import { HostileText } from "@/components/ui/hostile-text";
import { RelativeTime } from "@/components/ui/relative-time";
import type { IdentityConflictView } from "@/lib/sso/list-trouble";
import { resolveIdentityAction } from "../actions";

const texts: Record<IdentityConflictView["conflict"], string> = {
  other_subject: "Another account at the provider came with this address than the one that is tied to its person. Either theirs was made anew there, or the address was given to somebody new. They are not let in.",
  refused: "You decided that this account is somebody else. It stays out; give it another address at the provider.",
  address_taken: "The provider gave this person a new address that somebody else has here. They sign in under the one they had. Change one of the two.",
};

/** Accounts at the provider whose address is another person's here, with what can be done about each. */
export function IdentityConflicts({ conflicts, mayChange }: { conflicts: readonly IdentityConflictView[]; mayChange: boolean }) {
  return (
    <ul className="divide-y divide-line">
      {conflicts.map((each) => (
        <li key={each.id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
          <div className="min-w-0 flex-1 basis-72">
            <p className="flex flex-wrap items-center gap-2 font-medium wrap-anywhere">
              {each.person ? <Link href={`/settings/members/${each.person.id}`}>{each.person.name}</Link> : null}
              <span className="font-normal text-muted">{each.email}</span>
              {each.conflict === "refused" ? <Badge>Kept out</Badge> : <Badge tone="warn" icon="warning">To decide</Badge>}
            </p>
            <p className="text-sm text-muted">{texts[each.conflict]}</p>
            <p className="text-sm text-muted">
              Account there: <HostileText inline text={each.subject} />, last came <RelativeTime at={each.lastUsedAt} />
            </p>
          </div>
          {mayChange && each.conflict !== "address_taken" ? <Decide conflict={each} /> : null}
        </li>
      ))}
    </ul>
  );
}

function Decide({ conflict: { id, email, conflict } }: { conflict: IdentityConflictView }) {
  return (
    <div className="flex flex-wrap gap-2">
      <ActionButton
        action={resolveIdentityAction}
        input={{ id, who: "same_person" }}
        success={`${email} signs in by that account from now on`}
        size="sm"
        confirm={{ title: `Is it the same person: ${email}?`, consequence: "Whoever has that account at the provider signs in as this person, with all their roles. The account before no longer does. Ask them first, by another way than this address.", confirmLabel: "It is the same person" }}
      >
        Same person
      </ActionButton>
      {conflict === "other_subject" ? (
        <ActionButton action={resolveIdentityAction} input={{ id, who: "somebody_else" }} success="That account stays out" size="sm" variant="ghost">
          Somebody else
        </ActionButton>
      ) : null}
    </div>
  );
}

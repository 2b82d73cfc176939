"use client";
import Link from "next/link";
import { useState } from "react";
import { ActionButton } from "@/components/form/action-button";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import type { ConflictView } from "@/lib/directory/load";
import type { Page } from "@/lib/keyset";
import { resolveConflictAction } from "../actions";
import { conflictWords } from "./conflict-words";
import { DecideSeveral } from "./decide-several";

type Props = { page: Page<ConflictView>; total: number; mayChange: boolean };

/** What an admin decides, a page at a time; one by one, or several in the same way. */
export function ConflictList({ page, total, mayChange }: Props) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  // What was decided meanwhile is not on the page any more.
  const marked = page.rows.filter(({ userId }) => chosen.includes(userId));
  const all = marked.length === page.rows.length && page.rows.length > 0;
  return (
    <Card title={`To decide: ${total.toLocaleString("en")}`} description="Until then both stay as they are: the directory's user gets nothing, the person here loses nothing." flush>
      {mayChange && page.rows.length > 0 ? (
        <div className="flex min-h-12 flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2">
          <Checkbox label={all ? "All of this page are chosen" : "Choose all of this page"} checked={all} onChange={() => setChosen(all ? [] : page.rows.map(({ userId }) => userId))} />
          {marked.length > 0 ? <DecideSeveral marked={marked} done={() => setChosen([])} /> : null}
        </div>
      ) : null}
      <ul className="divide-y divide-line">
        {page.rows.map((each) => (
          <li key={each.userId} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
            {mayChange ? (
              <Checkbox
                bare
                label={`Choose ${each.email}`}
                checked={chosen.includes(each.userId)}
                onChange={(event) => setChosen(event.target.checked ? [...chosen, each.userId] : chosen.filter((id) => id !== each.userId))}
              />
            ) : null}
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
              <p className="text-sm text-muted">{conflictWords[each.conflict].text}</p>
            </div>
            {mayChange ? <Decide conflict={each} /> : null}
          </li>
        ))}
      </ul>
      {page.rows.length === 0 ? <p className="p-4 text-muted">Everything of this page is decided.</p> : null}
      <Pages page={page} />
    </Card>
  );
}

function Pages({ page }: { page: Page<ConflictView> }) {
  if (!page.next && !page.previous && page.rows.length > 0) return null;
  return (
    <nav aria-label="Conflicts" className="flex flex-wrap justify-end gap-2 border-t border-line p-3">
      {page.rows.length === 0 ? <ButtonLink href="?" size="sm">First page</ButtonLink> : null}
      {page.previous ? <ButtonLink href={`?before=${encodeURIComponent(page.previous)}`} size="sm">Previous</ButtonLink> : null}
      {page.next ? <ButtonLink href={`?after=${encodeURIComponent(page.next)}`} size="sm">Next</ButtonLink> : null}
    </nav>
  );
}

function Decide({ conflict: { userId, conflict, email } }: { conflict: ConflictView }) {
  const { adopt, text } = conflictWords[conflict];
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

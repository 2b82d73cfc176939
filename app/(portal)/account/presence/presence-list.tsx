import type { ReactNode } from "react";
import { ActionButton } from "@/components/form/action-button";
import { Badge } from "@/components/ui/badge";
import { Icon } from "@/components/ui/icon";
import { RelativeTime } from "@/components/ui/relative-time";
import type { Presence } from "@/lib/presence/load";
import { endAwayAction, endDelegationAction } from "./actions";

/** When somebody is away or busy, and the parts in approvals that they gave or have; each can be ended at once. */
export function PresenceList({ absences, delegations, empty }: Presence & { empty: string }) {
  if (absences.length + delegations.length === 0) return <p className="px-4 py-3 text-muted">{empty}</p>;
  return (
    <ul className="divide-y divide-line">
      {absences.map(({ id, kind, note, ...period }) => (
        <Row key={id} icon="clock" title={kind === "away" ? "Away" : "Busy"} note={note} period={period} end={<ActionButton action={endAwayAction} input={{ id }} success="Ended." size="sm">End</ActionButton>} />
      ))}
      {delegations.map(({ id, fromName, toName, isGiven, workspace, reason, ...period }) => (
        <Row
          key={id}
          icon="users"
          title={`${isGiven ? `Part in approvals of ${fromName}, given to ${toName}` : `Part in approvals of ${fromName}, with ${toName}`}, ${workspace ? `in ${workspace}` : "everywhere"}`}
          note={reason}
          period={period}
          end={
            <ActionButton
              action={endDelegationAction}
              input={{ id }}
              success="Ended."
              size="sm"
              confirm={{ title: "End this delegation?", consequence: `${toName} no longer decides for ${fromName} by it, from now on. What was decided stays decided.`, confirmLabel: "End" }}
            >
              {isGiven ? "End" : "Hand back"}
            </ActionButton>
          }
        />
      ))}
    </ul>
  );
}

type RowProps = { icon: "clock" | "users"; title: string; note: string; period: { firstDay: string; lastDay: string; endsAt: Date; isNow: boolean }; end: ReactNode };

function Row({ icon, title, note, period: { firstDay, lastDay, endsAt, isNow }, end }: RowProps) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
      <div className="flex min-w-0 items-start gap-3">
        <Icon name={icon} className="mt-0.5 text-muted" />
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-2 font-medium wrap-anywhere">
            {title} {isNow ? <Badge tone="accent">Now</Badge> : null}
          </p>
          <p className="text-sm text-muted wrap-anywhere">
            {isNow ? "Until" : `From ${firstDay} until`} the end of {lastDay}, which is <RelativeTime at={endsAt} />
            {note ? ` · ${note}` : ""}
          </p>
        </div>
      </div>
      {end}
    </li>
  );
}

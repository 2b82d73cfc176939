import { ActionButton } from "@/components/form/action-button";
import { Badge } from "@/components/ui/badge";
import { Icon } from "@/components/ui/icon";
import { RelativeTime } from "@/components/ui/relative-time";
import type { SessionRow } from "@/lib/sessions/list";
import { LockButton } from "../settings/locks/lock-button";
import { revokeSessionAction } from "./actions";

export function SessionList({ sessions, mayRevoke, mayLock = false }: { sessions: readonly SessionRow[]; mayRevoke: boolean; mayLock?: boolean }) {
  if (sessions.length === 0) return <p className="p-4 text-muted">Not signed in anywhere.</p>;
  return (
    <ul className="divide-y divide-line">
      {sessions.map((session) => (
        <li key={session.id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
          <div className="flex min-w-0 items-start gap-3">
            <Icon name="monitor" className="mt-0.5 text-muted" />
            <div className="min-w-0">
              <p className="flex flex-wrap items-center gap-2 font-medium">
                {session.device}
                {session.isCurrent ? <Badge tone="ok">This browser</Badge> : null}
              </p>
              <p className="text-sm text-muted">
                {session.ip ? `From ${session.ip}${session.place ? ` (${session.place})` : ""}` : "Address unknown"} · last used <RelativeTime at={session.lastSeenAt} /> · signed in <RelativeTime at={session.createdAt} />{session.openedFrom ? ` from ${session.openedFrom}` : ""}
              </p>
            </div>
          </div>
          <div className="flex gap-2">
            {mayLock && session.deviceId && !session.isCurrent ? <LockButton kind="device" target={session.deviceId} size="sm" /> : null}
            {mayRevoke && !session.isCurrent ? (
              <ActionButton
                action={revokeSessionAction}
                input={{ id: session.id }}
                success="Session ended."
                size="sm"
                confirm={{ title: "End this session?", consequence: "That browser is signed out at its next click.", confirmLabel: "End session" }}
              >
                End
              </ActionButton>
            ) : null}
          </div>
        </li>
      ))}
    </ul>
  );
}

import { Badge } from "@/components/ui/badge";
import { Callout } from "@/components/ui/callout";
import type { TryOut } from "@/lib/directory/pull/try-out";

/** The first people and groups that a test found, or what is wrong and what to do. */
export function TryOutResult({ result }: { result: TryOut }) {
  if ("problem" in result) {
    return (
      <Callout tone="danger" title={result.problem}>
        {result.hint}
      </Callout>
    );
  }
  const { users, groups, notes } = result.sample;
  return (
    <div className="grid gap-3">
      <Callout tone={notes.length === 0 ? "ok" : "warn"} title={notes.length === 0 ? "The portal is let in, and reads." : "The portal is let in, but something is missing."}>
        {notes.length > 0 ? notes.map((note) => <p key={note}>{note}</p>) : "These are the first ones; nothing of it is kept."}
      </Callout>
      <div className="grid gap-3 sm:grid-cols-2">
        <section className="rounded-md border border-line p-3">
          <h3 className="font-medium">Users</h3>
          <ul className="mt-1 grid gap-1 text-sm">
            {users.map((user) => (
              <li key={user.id} className="wrap-anywhere">
                {user.displayName ?? user.userName} <span className="text-muted">{user.email ?? "no address"}</span> {user.active ? null : <Badge>Not active</Badge>}
              </li>
            ))}
          </ul>
        </section>
        <section className="rounded-md border border-line p-3">
          <h3 className="font-medium">Groups</h3>
          <ul className="mt-1 grid gap-1 text-sm">
            {groups.map((group) => (
              <li key={group.name} className="wrap-anywhere">
                {group.name} <span className="text-muted">{group.members.toLocaleString("en")} {group.members === 1 ? "entry" : "entries"}</span>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </div>
  );
}

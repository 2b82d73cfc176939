import { Callout } from "@/components/ui/callout";
import { KeyValue } from "@/components/ui/key-value";
import { RelativeTime } from "@/components/ui/relative-time";
import type { DirectoryView } from "@/lib/directory/list";

/** How it stands with one directory: when it last came, how much it brought, what went wrong and what to do. */
export function SyncState({ directory }: { directory: DirectoryView }) {
  const { users, active, groups, conflicts, lastSuccessAt, lastErrorAt, lastError, state, kind, checkedAt, checkedDrift } = directory;
  const asked = kind === "ldap" || kind === "google";
  return (
    <div className="grid gap-4">
      <KeyValue
        columns={2}
        items={[
          { term: "Last success", detail: lastSuccessAt ? <RelativeTime at={lastSuccessAt} /> : "Never" },
          { term: "People", detail: `${active.toLocaleString("en")} active of ${users.toLocaleString("en")}` },
          { term: "Groups", detail: groups.toLocaleString("en") },
          { term: "To decide", detail: conflicts === 0 ? "Nothing" : `${conflicts.toLocaleString("en")} ${conflicts === 1 ? "conflict" : "conflicts"}` },
        ]}
      />
      {checkedAt && checkedDrift ? (
        <Callout tone="warn" title="Roles were not what the groups give">
          The nightly check put {checkedDrift.toLocaleString("en")} right. Something other than this directory had changed them; the audit says what. <RelativeTime at={checkedAt} />
        </Callout>
      ) : null}
      {lastError && lastErrorAt ? (
        <Callout tone={state === "failing" ? "danger" : "info"} title={asked ? (state === "failing" ? "Its latest sync failed" : "Not everything could be taken") : state === "failing" ? "Its latest request was refused" : "The last one that was refused"}>
          <span className="wrap-anywhere">{lastError}</span> <RelativeTime at={lastErrorAt} />
        </Callout>
      ) : null}
    </div>
  );
}

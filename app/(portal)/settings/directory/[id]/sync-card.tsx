import { LiveRefresh } from "@/components/live/live-refresh";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { KeyValue } from "@/components/ui/key-value";
import { Progress } from "@/components/ui/progress";
import { RelativeTime } from "@/components/ui/relative-time";
import type { DirectoryDetails } from "@/lib/directory/load";
import type { SourceView, SyncView } from "@/lib/directory/pull/view";
import { SyncState } from "../sync-state";
import { AskButtons } from "./ask-buttons";
import { HeldCallout } from "./held-callout";
import { SyncPlan } from "./sync-plan";

/** How it stands with a directory that the portal asks: what is under way, what would be done, what was done, what to do. */
export function SyncCard({ directory, source, mayChange }: { directory: DirectoryDetails; source: SourceView; mayChange: boolean }) {
  const [latest] = source.syncs;
  const open = latest && !latest.finishedAt ? latest : null;
  const ended = source.syncs.find(({ finishedAt }) => finishedAt);
  return (
    <Card title="Sync" actions={<LiveRefresh topic={`directory:${directory.id}`} />}>
      <div className="grid gap-4">
        <SyncState directory={directory} />
        <KeyValue columns={2} items={[{ term: "Next sync", detail: nextOf(source, open) }, { term: "Latest", detail: ended ? <Ended sync={ended} /> : "Nothing yet" }]} />
        {open ? <UnderWay sync={open} /> : null}
        {!open && ended?.state === "held" ? <HeldCallout id={directory.id} sync={ended} mayChange={mayChange} /> : null}
        {!open && ended?.state === "failed" ? (
          <Callout tone="danger" title={ended.problem ?? "It failed."}>
            {ended.hint}
          </Callout>
        ) : null}
        {!open && ended?.summary && ended.state !== "failed" ? <SyncPlan sync={ended} admitted={source.admittedAt !== null} /> : null}
        {mayChange ? <AskButtons id={directory.id} name={directory.name} open={open !== null} admitted={source.admittedAt !== null} previewed={source.previewed} /> : null}
      </div>
    </Card>
  );
}

function nextOf({ admittedAt, nextSyncAt, everyMinutes }: SourceView, open: SyncView | null) {
  if (open?.mode === "sync") return "Under way";
  if (!admittedAt) return "After you have seen a preview and started the first one";
  if (nextSyncAt) return <RelativeTime at={nextSyncAt} />;
  return everyMinutes === 0 ? "When you start it" : "When somebody has decided";
}

const words: Record<SyncView["state"], string> = { queued: "is waiting", reading: "is reading", applying: "is being carried out", done: "ended", held: "stopped and asks", failed: "failed", cancelled: "was stopped" };

function Ended({ sync }: { sync: SyncView }) {
  return (
    <>
      {sync.mode === "preview" ? "Preview" : "Sync"} {words[sync.state]} {sync.finishedAt ? <RelativeTime at={sync.finishedAt} /> : null}
    </>
  );
}

function UnderWay({ sync }: { sync: SyncView }) {
  if (sync.state === "applying") return <Progress label="Carrying out" value={sync.stepsDone} max={sync.steps} />;
  const read = `${sync.readUsers.toLocaleString("en")} users and ${sync.readGroups.toLocaleString("en")} groups so far`;
  return (
    <Callout tone="info" title={sync.state === "queued" ? "It begins in a moment." : `Reading the directory: ${read}.`}>
      {sync.problem ? `${sync.problem} ${sync.hint ?? ""}` : "This page shows by itself how far it is."}
    </Callout>
  );
}

import { ButtonLink } from "@/components/ui/button-link";
import { Callout } from "@/components/ui/callout";
import { RelativeTime } from "@/components/ui/relative-time";
import type { RunnerStatus } from "@/lib/runs/health";
import type { RunView } from "@/lib/runs/load";
import { RunnerCallout } from "../runner-callout";

/** What an open run waits for, if it waits: a person, its turn, a runner, or the end that was asked for. */
export function RunWaits({ run, runner }: { run: RunView; runner: RunnerStatus | null }) {
  if (run.finishedAt) return null;
  if (run.killRequestedAt) {
    return (
      <Callout tone="warn" title="Stopping" className="mb-4">
        {run.stoppedBy ?? "Somebody"} asked to stop it <RelativeTime at={run.killRequestedAt} />. The runner ends the sandbox within seconds.
      </Callout>
    );
  }
  if (run.action.status === "pending_approval" && run.approval) {
    return (
      <Callout
        tone="info"
        title="Waits for a person's approval"
        className="mb-4"
        action={run.can.viewApproval ? <ButtonLink size="sm" variant="primary" href={`/approvals/${run.approval.id}`}>Open the request</ButtonLink> : undefined}
      >
        {run.approval.why} Without a decision it ends <RelativeTime at={run.approval.expiresAt} />.
      </Callout>
    );
  }
  if (run.status === "dispatched" || run.status === "running") {
    if (runner?.jobs) return null;
    return (
      <Callout tone="warn" title="The sandbox runner does not answer" className="mb-4">
        The program may still be at work: its result is taken when the runner answers again. If it never does, the run ends as lost and is not started again.
      </Callout>
    );
  }
  if (runner?.problem) return <RunnerCallout status={runner} />;
  if (run.status === "waiting_for_runner") {
    return (
      <Callout tone="info" title="Waits for the sandbox runner" className="mb-4">
        {run.reason || "It is asked again every few seconds."}
      </Callout>
    );
  }
  if (run.status === "queued" && run.action.status === "allowed") {
    return (
      <Callout tone="info" title="Waits for its turn" className="mb-4">
        Runs of {run.agent.name} start in order, as many at a time as its policy says.
      </Callout>
    );
  }
  return null;
}

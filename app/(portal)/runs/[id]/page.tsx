import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ActionButton } from "@/components/form/action-button";
import { CopyableId } from "@/components/ui/copyable-id";
import { HostileText } from "@/components/ui/hostile-text";
import { PageHeader } from "@/components/ui/page-header";
import { RiskBadge } from "@/components/ui/risk-badge";
import { requireSession } from "@/lib/ctx/session";
import { orNull } from "@/lib/errors";
import { followOutput } from "@/lib/runs/follow-output";
import { runnerStatus } from "@/lib/runs/health";
import { loadRun, LoadRunInput, type RunView } from "@/lib/runs/load";
import { EngineCallout } from "../../engine-callout";
import { RunStatus } from "../run-status";
import { stop } from "./actions";
import { plainPieces } from "./plain-pieces";
import { RunAbout } from "./run-about";
import { RunCost } from "./run-cost";
import { FileList } from "./run-files";
import { RunOutput } from "./run-output";
import { RunSandbox } from "./run-sandbox";
import { RunSteps } from "./run-steps";
import { RunSubmitted } from "./run-submitted";
import { RunWaits } from "./run-waits";

export const metadata: Metadata = { title: "Run" };

export default async function RunPage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requireSession();
  const input = LoadRunInput.safeParse(await params);
  const run = input.success ? await loadRun(ctx, input.data).catch(orNull("not_found", "forbidden")) : null;
  if (!run) notFound();
  const output = plainPieces(await followOutput(ctx, { id: run.id }));
  const runner = run.finishedAt ? null : await runnerStatus(ctx);
  return (
    <>
      <PageHeader
        breadcrumbs={[{ href: "/runs", label: "Runs" }]}
        title={<HostileText inline text={run.action.tool} />}
        description={<>Requested by {run.agent.name}</>}
        meta={
          <>
            <RunStatus run={{ ...run, actionStatus: run.action.status }} />
            <RiskBadge risk={run.action.risk} />
            <CopyableId id={run.id} />
          </>
        }
        actions={run.can.stop ? <StopButton run={run} /> : undefined}
      />
      {run.finishedAt ? null : <EngineCallout>A run that has not begun waits; what a running one gives is kept.</EngineCallout>}
      <RunWaits run={run} runner={runner} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem] xl:grid-cols-[minmax(0,1fr)_26rem]">
        <div className="grid min-w-0 gap-4">
          <RunOutput key={run.id} id={run.id} initial={output} over={run.finishedAt !== null} nothing={run.finishedAt ? "The program wrote nothing." : "What the program writes appears here as it is written."} />
          <FileList
            title="Result files"
            description="What the program left below out/."
            files={run.files}
            downloadFrom={run.id}
            nothing={run.finishedAt ? "The run left no files." : "Files are collected when the run ends."}
          />
          <RunSubmitted run={run} />
        </div>
        <div className="grid min-w-0 gap-4">
          <RunSteps steps={run.steps} viewAudit={run.can.viewAudit} />
          <RunCost run={run} />
          <RunAbout run={run} />
          <RunSandbox run={run} />
        </div>
      </div>
    </>
  );
}

function StopButton({ run }: { run: RunView }) {
  const begun = run.dispatchedAt !== null || run.startedAt !== null;
  return (
    <ActionButton
      action={stop}
      input={{ id: run.id }}
      icon="stop"
      variant="danger"
      success={begun ? "The runner was told to stop it" : "Stopped before it began"}
      confirm={{
        title: "Stop this run?",
        consequence: begun
          ? "The sandbox ends within seconds. What the program wrote so far stays here; the time it took is charged. It cannot be carried on."
          : "It has not begun and will not. What was reserved is given back. It cannot be carried on; the agent may ask again.",
        confirmLabel: "Stop run",
      }}
    >
      Stop run
    </ActionButton>
  );
}

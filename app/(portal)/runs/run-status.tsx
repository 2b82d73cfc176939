import { StatusBadge } from "@/components/ui/status-badge";

interface RunState {
  status: string;
  actionStatus: string;
  killRequestedAt: Date | null;
  finishedAt: Date | null;
}

/** A run's state in a word, with what an open one waits for. */
export function RunStatus({ run }: { run: RunState }) {
  if (run.finishedAt === null && run.killRequestedAt !== null) return <StatusBadge status="waiting" label="Stopping" />;
  if (run.status === "queued" && run.actionStatus === "pending_approval") return <StatusBadge status="pending" label="Waits for approval" />;
  if (run.status === "queued") return <StatusBadge status="queued" label={run.actionStatus === "running" ? "Starting" : "Queued"} />;
  return <StatusBadge status={run.status} label={words[run.status]} />;
}

const words: Record<string, string> = { waiting_for_runner: "Waits for runner", dispatched: "Handed over", killed: "Stopped", out_of_memory: "Out of memory" };

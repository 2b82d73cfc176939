import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { CopyableId } from "@/components/ui/copyable-id";
import { HostileText } from "@/components/ui/hostile-text";
import { KeyValue } from "@/components/ui/key-value";
import type { RunView } from "@/lib/runs/load";
import { formatBytes, formatDuration } from "../format";

/** The sandbox as it was, what it allowed, and what was measured in it. */
export function RunSandbox({ run }: { run: RunView }) {
  const { limits, sandbox } = run;
  const text = (key: string) => (typeof sandbox?.[key] === "string" ? sandbox[key] : null);
  const runtime = sandbox ? `gVisor ${text("runtime") ?? ""} ${text("version") ?? ""}, platform ${text("platform") ?? "unknown"}` : null;
  const sum = (bytes: number | null, sha256: string | null) =>
    bytes === null || sha256 === null ? null : (
      <>
        {formatBytes(bytes)} <CopyableId id={sha256} />
      </>
    );
  const items = [
    { term: "Runtime", detail: runtime ?? <span className="text-muted">{run.finishedAt ? "No sandbox was made" : "Known when it ends"}</span> },
    { term: "Image", detail: text("image") },
    { term: "Network", detail: "None" },
    { term: "Limits", detail: `${formatDuration(limits.wallTimeMs)}, ${limits.cpuMillis / 1000} CPU, ${formatBytes(limits.memoryBytes)} memory, ${formatBytes(limits.diskBytes)} disk, ${limits.pids} processes` },
    { term: "Most it may write", detail: `${formatBytes(limits.outputBytes)} of output, ${limits.outputFiles} files, ${formatBytes(limits.outputFileBytes)} in all` },
    { term: "Exit code", detail: run.exitCode },
    { term: "CPU time", detail: run.cpuTimeMs === null ? null : formatDuration(run.cpuTimeMs) },
    { term: "Output, SHA-256", detail: sum(run.stdoutBytes, run.stdoutSha256) },
    { term: "Errors, SHA-256", detail: sum(run.stderrBytes, run.stderrSha256) },
    { term: "Cut off", detail: run.truncated === "none" ? null : run.truncated === "both" ? "Output and errors" : run.truncated },
  ].filter((item) => item.detail !== null);
  return (
    <Card title="Sandbox">
      {run.warnings.length > 0 ? (
        <Callout tone="warn" title="The runner noted" className="mb-3">
          <ul>
            {run.warnings.map((warning) => (
              <li key={warning}>
                <HostileText inline text={warning} />
              </li>
            ))}
          </ul>
        </Callout>
      ) : null}
      <KeyValue items={items} />
    </Card>
  );
}

import { Callout } from "@/components/ui/callout";
import { CodeBlock } from "@/components/ui/code-block";
import type { RunnerStatus } from "@/lib/runs/health";

/** What is missing before sandbox runs can start, and the one command that mends it; nothing when all is well. */
export function RunnerCallout({ status }: { status: RunnerStatus }) {
  if (status.problem === null) return null;
  return (
    <Callout tone={status.usable ? "info" : "warn"} title={status.usable ? "Not every language can run" : "Sandbox runs wait"} className="mb-4">
      <p>
        {status.problem} {status.usable ? "" : "Runs wait until it is mended; none ever starts outside a sandbox."}
      </p>
      {status.mend ? (
        <div className="mt-2 max-w-2xl">
          <CodeBlock label="Run this on the runner's machine" code={status.mend} />
        </div>
      ) : null}
    </Callout>
  );
}

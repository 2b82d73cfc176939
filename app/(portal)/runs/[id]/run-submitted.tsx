import { Card } from "@/components/ui/card";
import { CopyableId } from "@/components/ui/copyable-id";
import { HostileText } from "@/components/ui/hostile-text";
import { JsonView } from "@/components/ui/json-view";
import type { RunView } from "@/lib/runs/load";
import { FileList } from "./run-files";

/** What the agent sent: exactly what was decided on, and approved where a person was asked. */
export function RunSubmitted({ run }: { run: RunView }) {
  const { submitted } = run;
  if (!submitted) return null;
  const hasRest = typeof submitted.rest === "object" && submitted.rest !== null && Object.keys(submitted.rest).length > 0;
  return (
    <>
      <FileList title="Input files" description="Part of the request, found beside the program." files={submitted.files} nothing="The request had no files." />
      <Card
        title="Program as submitted"
        description={submitted.maskedCount > 0 ? `${submitted.maskedCount} values that look like secrets are masked here; the digest covers them.` : undefined}
        actions={
          <span className="text-sm text-subtle">
            Digest <CopyableId id={run.action.digest} />
          </span>
        }
      >
        {submitted.code ? (
          <div tabIndex={0} role="region" aria-label="Program" className="max-h-[32rem] overflow-auto rounded-md border border-line bg-sunken p-3 focus-visible:-outline-offset-2">
            <HostileText mono text={submitted.code.text} />
          </div>
        ) : null}
        {hasRest ? (
          <div className="mt-3">
            <JsonView label="Other arguments" value={submitted.rest} />
          </div>
        ) : null}
      </Card>
    </>
  );
}

import { Suspense } from "react";
import { ReadAgainWithJobs } from "@/components/live/read-again";
import { Callout } from "@/components/ui/callout";
import { readiness } from "@/lib/health/readiness";

/** Says so when the job engine is away, with what that means on this page. The page does not wait for the question. */
export function EngineCallout({ children }: { children: string }) {
  return (
    <Suspense>
      <WhenAway>{children}</WhenAway>
    </Suspense>
  );
}

async function WhenAway({ children }: { children: string }) {
  const { parts } = await readiness();
  if (parts.jobs === "ok") return null;
  return (
    <Callout tone="warn" title={parts.jobs === "wrong_clock" ? "The clocks of the portal and the job engine differ" : "The job engine is away"} className="mb-4">
      {children} Nothing is lost, and it goes on by itself{parts.jobs === "wrong_clock" ? " when both clocks are right" : ""}.
      <ReadAgainWithJobs />
    </Callout>
  );
}

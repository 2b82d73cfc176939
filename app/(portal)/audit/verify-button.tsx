"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Progress } from "@/components/ui/progress";
import { readSteps, type VerifyStep } from "./verify-steps";

type State = { phase: "idle" } | { phase: "running"; checked: number } | { phase: "done"; step: Exclude<VerifyStep, { checked: number }> };

/** Has the server recompute every hash of the stream, and shows how far it is. Leaving the page ends it. */
export function VerifyButton({ total }: { total: number }) {
  const router = useRouter();
  const [state, setState] = useState<State>({ phase: "idle" });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  async function verify() {
    const controller = new AbortController();
    running.current = controller;
    setState({ phase: "running", checked: 0 });
    try {
      for await (const step of readSteps(controller.signal)) {
        if ("checked" in step) setState({ phase: "running", checked: step.checked });
        else setState({ phase: "done", step });
      }
      router.refresh();
    } catch {
      if (controller.signal.aborted) setState({ phase: "idle" });
      else setState({ phase: "done", step: { error: "The connection ended before the verification did. Try again." } });
    }
  }

  if (state.phase === "running") {
    return (
      <div className="flex w-full flex-wrap items-end gap-3 sm:w-auto">
        <div className="min-w-56 flex-1">
          <Progress label="Recomputing every hash" value={state.checked} max={Math.max(total, state.checked, 1)} />
        </div>
        <Button onClick={() => running.current?.abort()}>Stop</Button>
      </div>
    );
  }
  return (
    <div className="grid justify-items-start gap-2 sm:justify-items-end">
      <Button icon="shield-check" onClick={() => void verify()}>
        {state.phase === "done" ? "Verify again" : "Verify everything"}
      </Button>
      <div role="status">{state.phase === "done" ? <Result step={state.step} /> : null}</div>
    </div>
  );
}

function Result({ step }: { step: Exclude<VerifyStep, { checked: number }> }) {
  if ("error" in step) return <Callout tone="warn">{step.error}</Callout>;
  if (step.problem) return <p className="text-sm text-danger">Not intact: something was found.</p>;
  return (
    <p className="text-sm text-ok">
      Intact: {step.events.toLocaleString("en-US")} events and {step.checkpoints.toLocaleString("en-US")} signed checkpoints.
    </p>
  );
}

"use client";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { useWorkbench } from "./workbench-context";

/** On to the next request that waits; nothing where there is no queue. */
export function NextButton() {
  const { isQueue, next } = useWorkbench();
  if (!isQueue) return null;
  if (!next) return <ButtonLink href="/approvals">Back to the queue</ButtonLink>;
  return (
    <Button variant="primary" icon="arrow-right" onClick={next}>
      Next request
    </Button>
  );
}

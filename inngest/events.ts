import type { z } from "zod";
import { jobEvents, type JobEventName } from "@/lib/jobs/events";

/** The data of a job event, checked: a function never works on what it cannot read. */
export function dataOf<N extends JobEventName>(name: N, event: { data?: unknown }): z.infer<(typeof jobEvents)[N]> {
  return jobEvents[name].parse(event.data) as z.infer<(typeof jobEvents)[N]>;
}

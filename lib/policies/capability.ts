import { z } from "zod";
import type { ToolCapability } from "@/db/schema/agent";
import { microsSchema } from "@/lib/text";
import { toolGlob } from "./glob";
import { maxTools } from "./terms";
import { domainPattern, operationWord, pathGlob, rateText, restriction } from "./restrictions";

// The editor in the browser reads this file, so it takes types from the schema and no more.

export const toolModes = ["allowed", "approval", "blocked"] as const;

/** One row of the grid: some tools, whether they may be used, how often, and on what. Null is 'not restricted'. */
export const capability = z.strictObject({
  tool: toolGlob,
  mode: z.enum(toolModes),
  costCeilingMicros: microsSchema.nullable(),
  rate: rateText.nullable().default(null),
  paths: restriction(pathGlob),
  domains: restriction(domainPattern),
  operations: restriction(operationWord),
});
/** A row with everything said, also what it does not restrict. */
export type Capability = z.output<typeof capability>;

/** The rows of one grid; a tool is named by one row at most. */
export const capabilityRows = z.array(capability).max(maxTools, `at most ${maxTools} rows`).superRefine(refuseTwice);

// `/` and `.` are the same in the names of tools, so that two spellings are one tool.
function refuseTwice(rows: readonly ToolCapability[], context: z.RefinementCtx): void {
  const seen = new Map<string, number>();
  rows.forEach(({ tool }, at) => {
    const spelled = tool.replaceAll("/", ".");
    const first = seen.get(spelled);
    if (first === undefined) seen.set(spelled, at);
    else context.addIssue({ code: "custom", path: [at, "tool"], message: `is also in row ${first + 1}` });
  });
}

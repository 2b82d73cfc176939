import type { ToolCapability } from "@/db/schema/agent";
import type { Capability } from "./capability";

/** A stored row, which may be older than some columns, with everything said. */
export function completeRow(row: ToolCapability): Capability {
  return {
    tool: row.tool,
    mode: row.mode,
    costCeilingMicros: row.costCeilingMicros,
    rate: row.rate ?? null,
    paths: row.paths ?? null,
    domains: row.domains ?? null,
    operations: row.operations ?? null,
  };
}

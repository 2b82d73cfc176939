import { fillEvents } from "../harness/events";
import type { Fill } from "./case";

const perStatement = 20_000;

/** Audit events, all of them in the index, as the clock keeps it. */
export const fillAudit: Fill = async ({ admin, bench, tenant: { organizationId, workspaceId } }, rows) => {
  await fillEvents(admin, organizationId, rows, workspaceId);
  for (let waiting = rows; waiting > 0; ) {
    waiting = await admin.begin(async (tx) => {
      await tx`select set_config('countersign.tenant', ${organizationId}, true), set_config('synchronous_commit', 'off', true)`;
      const [row] = await tx<{ waiting: string }[]>`select audit_index_more(${perStatement}) as waiting`;
      return Number(row?.waiting);
    });
    if (waiting % 500_000 < perStatement) bench.say(`${waiting.toLocaleString("en-US")} events are not in the index yet`);
  }
  await admin`vacuum analyze audit_index`;
};

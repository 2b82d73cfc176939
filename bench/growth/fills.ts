import { randomUUID } from "node:crypto";
import type { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { allowedInput } from "../harness/inputs";
import type { Fill } from "./case";
import { idOf, multiplyRow, timeOf } from "./multiply";

/** Actions that are over, each with its settled reservation. */
export const fillActions: Fill = async ({ admin, tenant }, rows) => {
  const { action } = await submitAction(tenant.agent, allowedInput, randomUUID());
  const id = idOf("action");
  const ended = { created_at: timeOf, ended_at: `${timeOf} + interval '3 seconds'`, grant_used_at: `${timeOf} + interval '1 second'`, status: "'succeeded'", actual_cost_micros: "1000" };
  const settled = { created_at: timeOf, expires_at: `${timeOf} + interval '15 minutes'`, settled_at: `${timeOf} + interval '3 seconds'`, status: "'settled'", actual_micros: "1000" };
  await Promise.all([
    multiplyRow(admin, { table: "action", where: `id = '${action.id}'`, rows, changed: { ...ended, id, idempotency_key: "gen_random_uuid()::text" } }),
    multiplyRow(admin, { table: "reservation", where: `action_id = '${action.id}'`, rows, changed: { ...settled, id: idOf("reservation"), action_id: id } }),
  ]);
};

/** How many requests wait for somebody, however long the history is. */
const waiting = 1_000;
const atOnce = 100;

const askingInput: SubmitActionInput = { ...allowedInput, tool: "mail.send", purpose: "Send the reminder" };

/** Requests that were decided, and a queue of those that wait. */
export const fillApprovals: Fill = async ({ admin, tenant }, rows) => {
  const { action } = await submitAction(tenant.agent, askingInput, randomUUID());
  const own = { id: idOf("approval"), action_id: idOf("action") };
  const decided = { created_at: timeOf, expires_at: `${timeOf} + interval '1 day'`, decided_at: `${timeOf} + interval '1 minute'`, status: "'approved'", decided_by: "gen_random_uuid()" };
  const where = `action_id = '${action.id}'`;
  await multiplyRow(admin, { table: "approval", where, rows, changed: { ...own, ...decided } });
  for (let left = waiting; left > 0; left -= atOnce) await Promise.all(Array.from({ length: atOnce }, () => submitAction(tenant.agent, askingInput, randomUUID())));
};

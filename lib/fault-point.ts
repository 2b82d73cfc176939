import { connect } from "node:net";
import type { AuditAction, AuditEntry, NoAudit } from "./audit/actions";
import { faultSocket } from "./env";

/**
 * Every place at which a test may stop the portal or the job engine to kill something: a step of the main story, named
 * by what has just happened (`written`: in the transaction, `committed`: durable and told to nobody).
 */
export type FaultPoint =
  | "decision.written"
  | "decision.committed"
  | `change.written:${AuditAction}`
  | `change.committed:${AuditAction}`
  | "outbox.read"
  | "outbox.sent"
  | "dispatch.sending"
  | "dispatch.taken"
  | "output.written"
  | "output.committed"
  | "checkpoint.written"
  | "mail.handed"
  | "engine.event-stored"
  | "engine.calling"
  | "engine.called"
  | "engine.stored";

const socket = faultSocket();

/** Whether a test holds this process; only then is it worth stopping where otherwise nothing would wait. */
export const faultsAreTested = socket !== null;

/**
 * Tells the test which holds this process that it is here, and waits for its word. Without a test, which is always but in
 * the tests of faults, it does nothing and costs nothing.
 */
export function faultPoint(point: FaultPoint): Promise<void> | undefined {
  return socket === null ? undefined : held(socket, point);
}

/** The same for a change, by the first of its audit events; one without an event has no point here. */
export function faultPointOf(stage: "written" | "committed", audit: AuditEntry | readonly AuditEntry[] | NoAudit): Promise<void> | undefined {
  if (socket === null || "reason" in audit) return undefined;
  const first: AuditEntry | undefined = [audit].flat()[0];
  return first && held(socket, `change.${stage}:${first.action}`);
}

/** A test that is gone holds nobody. */
function held(path: string, point: FaultPoint): Promise<void> {
  return new Promise((resolve) => {
    const line = connect(path, () => line.write(`${point}\n`));
    line.once("data", () => line.destroy());
    line.once("error", () => line.destroy());
    line.once("close", () => resolve());
  });
}

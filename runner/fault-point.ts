import { connect } from "node:net";

/** Every place at which a test may stop the runner to kill something, in the order in which a job passes them. */
export type FaultPoint =
  | "runner.accepted"
  | "runner.starting"
  | "runner.started"
  | "runner.printing"
  | "runner.ended"
  | "runner.finished"
  | "runner.telling"
  | "runner.told"
  | "runner.closed";

const socket = process.env.FAULT_SOCKET ?? null;

/** Whether a test holds this process at its fault points. */
export const hasFaultPoints = socket !== null;

/** Tells the test which holds this process that a job is here, and waits for its word; without a test it does nothing. */
export function faultPoint(point: FaultPoint, runId: string): Promise<void> | undefined {
  if (socket === null) return undefined;
  return new Promise((resolve) => {
    const line = connect(socket, () => line.write(`${point} ${runId}\n`));
    line.once("data", () => line.destroy());
    line.once("error", () => line.destroy());
    line.once("close", () => resolve());
  });
}

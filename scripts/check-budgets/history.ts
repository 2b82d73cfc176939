import { existsSync, readFileSync, writeSync } from "node:fs";

export const moves = ["submit", "grant", "report", "cancel", "decide", "claim", "result", "set", "ask", "expire"] as const;
export type Move = (typeof moves)[number];

/** What a client is about to ask for. Written before it asks, so that a killed client's calls are known. */
export type Call = {
  /** Also the request id, which the portal writes into every event that the call causes. */
  id: string;
  move: Move;
  organizationId: string;
  /** Of a clock that all processes of the machine share, in microseconds. */
  startUs: number;
  /** The action, approval or budget that it is about; a new action has none yet. */
  subject: string | null;
  agentId: string | null;
  idempotencyKey: string | null;
  tool: string | null;
  /** Estimated, reported or asked for, or the new cap. */
  amountMicros: number | null;
};

/**
 * `ok` and `refused` are the portal's own answers. `lost`: the connection or the client died, so the call may have had
 * its effect or not. `fault`: anything else, which no client should ever see.
 */
export type Answer = {
  id: string;
  endUs: number;
  outcome: "ok" | "refused" | "lost" | "fault";
  /** The portal's error code, e.g. `budget_exceeded`. */
  code: string | null;
  /** The action that a submission was answered with, also where it was denied. */
  actionId: string | null;
  /** What the answer said, in a word: the decision, or the message of what failed. */
  said: string;
};

export type Operation = Call & { answer: Answer | null };

export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** Writes a line at once: it is in the kernel before the call goes out, whatever happens to this process then. */
export function writeLine(fd: number, line: { call: Call } | { answer: Answer }): void {
  writeSync(fd, `${JSON.stringify(line)}\n`);
}

/** Calls in the order in which they were made, each with its answer where one came. A last line that was cut off is none. */
export function readHistory(file: string): Operation[] {
  const operations = new Map<string, Operation>();
  if (!existsSync(file)) return [];
  for (const line of readFileSync(file, "utf8").split("\n").slice(0, -1)) {
    const parsed = JSON.parse(line) as { call?: Call; answer?: Answer };
    if (parsed.call) operations.set(parsed.call.id, { ...parsed.call, answer: null });
    const answered = parsed.answer && operations.get(parsed.answer.id);
    if (answered && parsed.answer) answered.answer = parsed.answer;
  }
  return [...operations.values()];
}

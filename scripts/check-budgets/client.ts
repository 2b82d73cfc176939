import { sqlState } from "@/db/error";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { type Answer, type Call, nowUs, writeLine } from "./history";

const closed = /^(CONNECTION_\w+|ECONN\w+|EPIPE)$/;

/** What a call is about; everything that is not named is null. */
export type Intent = Pick<Call, "move" | "organizationId"> & Partial<Call>;

/** Makes calls as a client would, and writes down what it asks before and what it is told after. */
export class Client {
  made = 0;

  constructor(
    private readonly fd: number,
    private readonly onCall: () => void,
  ) {}

  /** Makes one call; gives its answer. Never throws. */
  async call(intent: Intent, ask: (requestId: string) => Promise<{ actionId?: string; said?: string }>): Promise<Answer> {
    const call: Call = { subject: null, agentId: null, idempotencyKey: null, tool: null, amountMicros: null, ...intent, id: newId(), startUs: nowUs() };
    writeLine(this.fd, { call });
    this.made += 1;
    this.onCall();
    const told = await ask(call.id).then(
      ({ actionId, said }) => ({ outcome: "ok" as const, code: null, actionId: actionId ?? null, said: said ?? "" }),
      failed,
    );
    const answer = { id: call.id, endUs: nowUs(), ...told };
    writeLine(this.fd, { answer });
    return answer;
  }
}

function failed(error: unknown): Omit<Answer, "id" | "endUs"> {
  if (isLost(error)) return { outcome: "lost", code: null, actionId: null, said: String(error) };
  if (!(error instanceof AppError)) return { outcome: "fault", code: null, actionId: null, said: `${String(error)} ${sqlState(error) ?? ""}` };
  const { action } = error.extensions as { action?: { id: string; decision: { outcome: string } } };
  const said = action ? action.decision.outcome : error.message;
  return { outcome: "refused", code: error.code, actionId: action?.id ?? null, said };
}

/** What the doors tell as `unavailable`: the server ends or starts, or a statement waited for longer than any may. */
const unavailable: ReadonlySet<string> = new Set(["57P01", "57P02", "57P03", "57014"]);

/** Whether a client would be told to send the call again, not knowing whether it had its effect. */
export function isLost(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (closed.test((at as NodeJS.ErrnoException).code ?? "")) return true;
    if (at instanceof AppError && at.code === "unavailable") return true;
  }
  return unavailable.has(sqlState(error) ?? "");
}

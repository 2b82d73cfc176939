import type { Evidence } from "../evidence";
import type { Operation } from "../history";
import { judgeAnswers } from "./answers";
import { replayLedger } from "./ledger";
import type { Violation } from "./violation";

/** Everything that must not be, from what clients asked and were told, and from what is stored. An empty list is the proof. */
export function judge(operations: readonly Operation[], evidence: readonly Evidence[]): Violation[] {
  return evidence.flatMap((one) => [...replayLedger(one), ...judgeAnswers(operations, one)]);
}

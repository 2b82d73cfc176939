import type { ActionRow, AuditEvent, Evidence } from "../evidence";
import type { Move, Operation } from "../history";
import { groupBy } from "./group-by";
import { type Violation, violation } from "./violation";

/** The event that proves a call's effect, where it has one of its own. */
const proofs: Partial<Record<Move, string>> = {
  grant: "actions.grant_used",
  report: "actions.completed",
  cancel: "actions.cancelled",
  decide: "approvals.decided",
  result: "runs.finished",
  set: "budgets.set",
  ask: "approvals.requested",
};

/** Events of which an action has one at most. */
const once = ["actions.decided", "actions.grant_used", "actions.completed", "runs.finished", "actions.cancelled", "approvals.decided", "approvals.expired", "reservations.expired"];

/**
 * What clients were told against what there is: nothing that was acknowledged is missing, no key has two effects, what was
 * answered before another call began stands before it in the chain, and nobody was refused without a reason.
 */
export function judgeAnswers(operations: readonly Operation[], evidence: Evidence): Violation[] {
  const mine = operations.filter((operation) => operation.organizationId === evidence.organizationId);
  const facts: Facts = {
    byRequest: groupBy(evidence.events, (event) => event.requestId),
    byAction: groupBy(evidence.events, actionOf),
    actions: new Map(evidence.actions.map((row) => [row.id, row])),
    actionOfApproval: new Map(evidence.approvals.map((row) => [row.id, row.actionId])),
  };
  return [
    ...mine.flatMap((operation) => judgeOne(operation, facts)),
    ...keys(mine, evidence, facts),
    ...repeated(facts.byAction),
    ...realTime(mine, facts.byRequest),
  ];
}

function actionOf(event: AuditEvent): string {
  return String(event.details.actionId ?? event.resourceId);
}

type ByName = Map<string, AuditEvent[]>;

type Facts = { byRequest: ByName; byAction: ByName; actions: Map<string, ActionRow>; actionOfApproval: Map<string, string | null> };

function judgeOne(operation: Operation, facts: Facts): Violation[] {
  const { answer, move, id, subject } = operation;
  if (!answer || answer.outcome === "lost") return [];
  const what = `${move} ${id}`;
  if (answer.outcome === "fault") return [violation("fault", `${what} was answered with an internal error: ${answer.said}`)];
  const caused = facts.byRequest.get(id) ?? [];
  if (answer.outcome === "ok") {
    const proof = proofs[move];
    // The runner's result may come after the run's end, and then changes nothing and says so.
    const idle = move === "result" && answer.said === "too late";
    // Said again, it changes nothing more and is answered as it was the first time.
    const first = subject && (move === "cancel" || move === "report") ? facts.byAction.get(subject)?.find((event) => event.action === proof) : undefined;
    const shown = caused.find((event) => event.action === proof) ?? first;
    if (proof && !idle && !shown) return [violation("lost_ack", `${what} was acknowledged, and there is no ${proof} of it`)];
    if (move === "report" && shown && Number(shown.details.actualCostMicros) !== operation.amountMicros) {
      return [violation("wrong_answer", `${what} reported ${operation.amountMicros}, and ${String(shown.details.actualCostMicros)} stands in the audit`)];
    }
    return [];
  }
  const told = caused.filter((event) => event.outcome !== "blocked");
  if (told.length > 0) return [violation("wrong_answer", `${what} was refused (${answer.code}), and yet did ${told.map((event) => event.action).join()}`)];
  if (answer.code === "budget_exceeded" && move === "submit") return [];
  if (answer.code === "conflict" && move === "ask") return [];
  if (answer.code === "conflict" && subject && hadReason(operation, subject, facts)) return [];
  return [violation("false_refusal", `${what} on ${subject} was refused for no reason: ${answer.code}, ${answer.said}`)];
}

/** Somebody else changed the action, or it waited for a person. */
function hadReason(operation: Operation, subject: string, facts: Facts): boolean {
  if (operation.move === "set") return false;
  const actionId = facts.actionOfApproval.get(subject) ?? subject;
  if (operation.move === "grant" && facts.actions.get(actionId)?.decision === "needs_approval") return true;
  const others = [...(facts.byAction.get(actionId) ?? []), ...(facts.byAction.get(subject) ?? [])].filter((event) => event.action !== "actions.decided" && event.requestId !== operation.id);
  return others.length > 0;
}

/** A key belongs to one action, and every answer to it names that one. */
function keys(operations: readonly Operation[], evidence: Evidence, facts: Facts): Violation[] {
  const found: Violation[] = [];
  const taken = groupBy(evidence.actions, (row) => `${row.agentId} ${row.idempotencyKey}`);
  for (const [key, actions] of taken) if (actions.length > 1) found.push(violation("duplicate", `the key ${key} made ${actions.length} actions`));
  for (const operation of operations) {
    const { answer } = operation;
    if (operation.move !== "submit" || !answer || answer.outcome === "lost" || answer.outcome === "fault") continue;
    const row = answer.actionId ? facts.actions.get(answer.actionId) : undefined;
    if (!row) found.push(violation("lost_ack", `submit ${operation.id} was answered with action ${answer.actionId}, which is not there`));
    else if (row.idempotencyKey !== operation.idempotencyKey || row.agentId !== operation.agentId || row.estimatedCostMicros !== operation.amountMicros) {
      found.push(violation("wrong_answer", `submit ${operation.id} was answered with the action of another request`));
    } else if (row.decision !== answer.said) found.push(violation("wrong_answer", `submit ${operation.id} was told ${answer.said}, and ${row.decision} is stored`));
  }
  return found;
}

function repeated(byAction: ByName): Violation[] {
  const found: Violation[] = [];
  for (const [id, events] of byAction) {
    for (const name of once) {
      const count = events.filter((event) => event.action === name && (event.action !== "approvals.decided" || event.details.kind === "action")).length;
      if (count > 1) found.push(violation("double_settle", `${id} has ${count} events ${name}`));
    }
  }
  return found;
}

/** Real time: what began after an answer comes after it in the chain. */
function realTime(operations: readonly Operation[], byRequest: ByName): Violation[] {
  const seqs = operations.flatMap((operation) => {
    const events = byRequest.get(operation.id) ?? [];
    const [first, last] = [events[0]?.seq, events.at(-1)?.seq];
    return first === undefined || last === undefined ? [] : [{ operation, first, last }];
  });
  const ended = seqs.filter(({ operation }) => operation.answer?.outcome === "ok").sort((a, b) => (a.operation.answer?.endUs ?? 0) - (b.operation.answer?.endUs ?? 0));
  const found: Violation[] = [];
  let [next, highest] = [0, 0];
  for (const { operation, first } of seqs.toSorted((a, b) => a.operation.startUs - b.operation.startUs)) {
    for (let one = ended[next]; one && (one.operation.answer?.endUs ?? 0) < operation.startUs; one = ended[++next]) highest = Math.max(highest, one.last);
    if (first < highest) found.push(violation("order", `${operation.move} ${operation.id} has event ${first}, and began after event ${highest} was acknowledged`));
  }
  return found;
}

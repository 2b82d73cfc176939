import type { AuditEvent, Evidence, ReservationRow } from "../evidence";
import { type Violation, violation } from "./violation";
import { type Books, openBooks, type Held, room, used } from "./books";

/**
 * Replays the audit stream from the first event on, with nothing but what the events say, and holds every step against the
 * rules: no reservation above a hard cap, no refusal while there was room, each reservation ended once and at the right
 * amount. Then the books must be what the database holds.
 */
export function replayLedger(evidence: Evidence): Violation[] {
  const books = openBooks(evidence);
  const found: Violation[] = [];
  for (const [at, event] of evidence.events.entries()) {
    if (event.seq !== at + 1) found.push(violation("chain", `event ${event.seq} stands at place ${at + 1}`));
    found.push(...(steps[event.action]?.(books, event) ?? []));
  }
  return [...found, ...compare(books, evidence)];
}

type Step = (books: Books, event: AuditEvent) => Violation[];

const number = (event: AuditEvent, name: string): number => Number(event.details[name] ?? 0);
const actionOf = (event: AuditEvent): string => String(event.details.actionId ?? event.resourceId);

const steps: Record<string, Step> = {
  "budgets.set": (books, event) => {
    const after = event.details.after as { capMicros: number; hard: boolean };
    books.caps.set(event.resourceId, { capMicros: Number(after.capMicros), hard: after.hard });
    return [];
  },
  "budgets.raised": (books, event) => {
    const window = books.windows.get(String(event.details.windowId));
    const { raisedMicros } = event.details.after as { raisedMicros: number };
    const { raisedMicros: before } = event.details.before as { raisedMicros: number };
    if (!window) return [violation("sums", `event ${event.seq} raises a window that is not there`)];
    const wrong = window.raisedMicros === Number(before) ? [] : [violation("sums", `event ${event.seq} raises from ${before}, and the window was raised by ${window.raisedMicros}`)];
    window.raisedMicros = Number(raisedMicros);
    return wrong;
  },
  "actions.decided": (books, event) => (event.outcome === "blocked" ? refuse(books, event) : reserve(books, event)),
  "actions.completed": (books, event) => settle(books, event, number(event, "actualCostMicros")),
  "runs.finished": (books, event) => settle(books, event, number(event, "costMicros")),
  "actions.cancelled": (books, event) => release(books, event),
  "approvals.decided": (books, event) => (event.details.kind === "action" && event.details.decision === "rejected" ? release(books, event) : []),
  "approvals.cancelled": (books, event) => (event.details.kind === "action" ? release(books, event) : []),
  "approvals.expired": (books, event) => (event.details.kind === "action" ? release(books, event) : []),
  "reservations.expired": (books, event) =>
    event.details.charged ? settle(books, event, number(event, "amountMicros"), number(event, "amountMicros")) : release(books, event),
};

function reserve(books: Books, event: AuditEvent): Violation[] {
  const amount = number(event, "reservedMicros");
  const held = books.reservations.get(event.resourceId);
  if (!held) return [violation("lost_ack", `event ${event.seq}: the action ${event.resourceId} has no reservation`)];
  const found: Violation[] = [];
  if (held.state !== "none") found.push(violation("duplicate", `event ${event.seq}: the action ${event.resourceId} was decided before`));
  if (held.amountMicros !== amount) found.push(violation("sums", `event ${event.seq} says ${amount} were reserved, the row ${held.amountMicros}`));
  found.push(...covers(books, event, held));
  held.state = "held";
  for (const window of held.windows) {
    window.reservedMicros += amount;
    const left = room(books, window);
    if (left !== null && left < 0) {
      found.push(violation("over_cap", `event ${event.seq} reserves ${amount}: ${used(window)} in window ${window.id}, ${-left} above its cap`));
    }
  }
  return found;
}

/** Every budget on the agent's way up counts the action, each in one window, and never in one that was left for a newer one. */
function covers(books: Books, event: AuditEvent, held: Held): Violation[] {
  const scopes = books.scopesOf.get(String(event.details.agentId)) ?? [];
  const wanted = books.budgets.filter((budget) => scopes.includes(budget.scopeId)).map((budget) => budget.id);
  const counted = held.windows.map((window) => window.budgetId);
  const found: Violation[] = [];
  if (wanted.toSorted().join() !== counted.toSorted().join()) found.push(violation("uncovered", `event ${event.seq}: counted in budgets ${counted.join()}, and ${wanted.join()} cover it`));
  for (const window of held.windows) {
    if (books.left.has(window.id)) found.push(violation("uncovered", `event ${event.seq} counts in window ${window.id}, which had ended`));
    const before = books.current.get(window.budgetId);
    if (before && before !== window.id) books.left.add(before);
    books.current.set(window.budgetId, window.id);
  }
  return found;
}

function refuse(books: Books, event: AuditEvent): Violation[] {
  const row = books.actions.get(event.resourceId);
  if (!row) return [violation("lost_ack", `event ${event.seq}: the denied action ${event.resourceId} is gone`)];
  if (!row.rule.startsWith("budget.")) return [violation("false_refusal", `event ${event.seq}: ${row.rule} denied an action that every policy here allows`)];
  const window = row.refusal && books.windows.get(row.refusal.windowId);
  if (!row.refusal || !window) return [violation("false_refusal", `event ${event.seq} names no window that was full`)];
  const left = room(books, window);
  if (left === null) return [violation("false_refusal", `event ${event.seq} was refused by a budget that only tells`)];
  const found: Violation[] = [];
  if (row.refusal.neededMicros <= left) {
    found.push(violation("false_refusal", `event ${event.seq} was refused ${row.refusal.neededMicros} while ${left} were left in window ${window.id}`));
  }
  if (row.refusal.leftMicros !== Math.max(0, left)) found.push(violation("wrong_answer", `event ${event.seq} was told that ${row.refusal.leftMicros} are left, and it was ${left}`));
  return found;
}

/** Takes what was held out of its windows; null: nothing was held. */
function end(books: Books, actionId: string, state: "settled" | "released"): Held | null {
  const held = books.reservations.get(actionId);
  if (held?.state !== "held") return null;
  held.state = state;
  return held;
}

function release(books: Books, event: AuditEvent): Violation[] {
  const held = end(books, actionOf(event), "released");
  if (!held) return [violation("double_settle", `event ${event.seq} (${event.action}) gives back what action ${actionOf(event)} did not hold`)];
  for (const window of held.windows) window.reservedMicros -= held.amountMicros;
  return [];
}

function settle(books: Books, event: AuditEvent, actual: number, reserved = number(event, "reservedMicros")): Violation[] {
  const actionId = actionOf(event);
  const held = end(books, actionId, "settled");
  if (!held) return [violation("double_settle", `event ${event.seq} (${event.action}) settles action ${actionId}, which held nothing`)];
  const excess = Math.max(0, actual - held.amountMicros);
  const rooms = held.windows.map((window) => room(books, window)).filter((left) => left !== null);
  const fits = Math.max(0, Math.min(excess, ...rooms));
  const found: Violation[] = [];
  if (reserved !== held.amountMicros) found.push(violation("wrong_settlement", `event ${event.seq} settles ${reserved}, and ${held.amountMicros} were reserved`));
  if (number(event, "overrunMicros") !== excess - fits) {
    found.push(violation("wrong_settlement", `event ${event.seq} leaves ${number(event, "overrunMicros")} beside the cap, where ${excess - fits} did not fit`));
  }
  held.actualMicros = actual;
  for (const window of held.windows) {
    window.reservedMicros -= held.amountMicros;
    window.committedMicros += Math.min(actual, held.amountMicros) + fits;
    window.overrunMicros += excess - fits;
  }
  return found;
}

/** The books against the rows, and the rows against one another, to the micro-unit. */
function compare(books: Books, evidence: Evidence): Violation[] {
  const found: Violation[] = [];
  const same = (what: string, stored: number, counted: number): void => {
    if (stored !== counted) found.push(violation("sums", `${what}: the database holds ${stored}, the audit adds up to ${counted}`));
  };
  const byWindow = new Map<string, ReservationRow[]>();
  for (const row of evidence.reservations) {
    for (const id of row.windowIds) {
      const within = byWindow.get(id);
      if (within) within.push(row);
      else byWindow.set(id, [row]);
    }
  }
  for (const row of evidence.windows) {
    const window = books.windows.get(row.id);
    for (const name of ["committedMicros", "reservedMicros", "raisedMicros", "overrunMicros"] as const) same(`${name} of window ${row.id}`, row[name], window?.[name] ?? 0);
    const within = byWindow.get(row.id) ?? [];
    const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
    same(`reservations held in window ${row.id}`, sum(within.map((one) => (one.status === "held" ? one.amountMicros : 0))), row.reservedMicros);
    same(`reservations settled in window ${row.id}`, sum(within.map((one) => (one.status === "settled" ? (one.actualMicros ?? 0) : 0))), row.committedMicros + row.overrunMicros);
  }
  for (const rollup of evidence.rollups) {
    const window = books.windows.get(rollup.windowId);
    if (!window) continue;
    same(`days shown of window ${window.id}`, rollup.spentMicros, window.committedMicros + window.overrunMicros);
    same(`held shown of window ${window.id}`, rollup.heldMicros, window.reservedMicros);
    const cap = books.caps.get(window.budgetId)?.capMicros ?? 0;
    same(`left shown of window ${window.id}`, rollup.leftMicros, cap + window.raisedMicros - used(window));
  }
  for (const row of evidence.reservations) {
    const state = books.reservations.get(row.actionId)?.state ?? "none";
    const stored = row.status === "expired" ? "released" : row.status;
    if (stored !== state) found.push(violation("sums", `the reservation of action ${row.actionId} is ${row.status}, and by the audit ${state}`));
    if (row.status === "held" && books.actions.get(row.actionId)?.ended) found.push(violation("sums", `action ${row.actionId} has ended and still holds money`));
  }
  return found;
}

import type { Json } from "@/lib/audit/actions";

/** What can end, or go to somebody else, when a person leaves. */
export const leavingEffects = {
  sessions: "Sessions ended",
  roles: "Roles ended",
  keys: "API keys revoked",
  keysKept: "API keys they made for agents of others, still in force",
  agentsHandedOver: "Agents handed over",
  agentsSuspended: "Agents suspended, since nobody answers for them",
  agentsManaged: "Agents managed by somebody else from now on",
  runsStopped: "Runs stopped",
  invitations: "Invitations withdrawn",
  requestsWithdrawn: "Their own requests withdrawn",
  requestsStranded: "Requests that nobody is left to decide; admins were told",
} as const;

export type LeavingEffect = keyof typeof leavingEffects;

/** One kind of effect, with the names of those it struck: the first twenty. */
export type ReceiptLine = { effect: LeavingEffect; count: number; names: string[] };

export type LeavingReceipt = { personId: string; name: string; successor: string | null; lines: ReceiptLine[] };

const mostNames = 20;

/** The lines that say something: what nothing happened to is left out. */
export function receiptLines(effects: Partial<Record<LeavingEffect, readonly string[]>>): ReceiptLine[] {
  return (Object.keys(leavingEffects) as LeavingEffect[]).flatMap((effect) => {
    const names = effects[effect] ?? [];
    return names.length > 0 ? [{ effect, count: names.length, names: names.slice(0, mostNames) }] : [];
  });
}

export function receiptForAudit(receipt: LeavingReceipt): { [key: string]: Json } {
  const lines = Object.fromEntries(receipt.lines.map(({ effect, count, names }) => [effect, { count, names }]));
  return { ...lines, successor: receipt.successor };
}

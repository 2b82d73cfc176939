import { desc, eq } from "drizzle-orm";
import { narrowing } from "@/db/schema/narrowing";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { diffArguments, pointer } from "./argument-changes";
import { maskText } from "./mask";
import { presentArguments } from "./present-arguments";
import type { ApprovalRow } from "./row";

const shown = 5;

/** One place in the arguments before and after, as people may see it; undefined where it is not there. */
export type ShownChange = { path: string; before: unknown; after: unknown };

/** What was offered to the agent instead, the newest first, with what is different from what was asked. */
export async function loadNarrowings(tx: Tx, row: ApprovalRow, shownNow: unknown) {
  if (row.kind !== "action") return [];
  const found = await tx
    .select({ offer: narrowing, by: person.name })
    .from(narrowing)
    .innerJoin(person, eq(person.id, narrowing.offeredBy))
    .where(eq(narrowing.approvalId, row.id))
    .orderBy(desc(narrowing.createdAt))
    .limit(shown);
  return found.map(({ offer, by }) => ({
    id: offer.id,
    status: offer.status,
    by,
    reason: offer.reason,
    answer: offer.answer === null ? null : maskText(offer.answer).text,
    createdAt: offer.createdAt,
    answeredAt: offer.answeredAt,
    digestBefore: offer.digestBefore.toString("hex"),
    digestAfter: offer.digestAfter.toString("hex"),
    amountBeforeMicros: offer.amountBeforeMicros,
    amountMicros: offer.amountMicros,
    seconds: offer.seconds,
    argumentsChanged: offer.argumentsAfter !== null,
    changes: changesOf(row.tool ?? "", offer, shownNow),
  }));
}

/** Once it is accepted the action itself is what it became, so there is nothing left to compare with. */
function changesOf(tool: string, { argumentsAfter, status }: typeof narrowing.$inferSelect, shownNow: unknown): ShownChange[] {
  if (argumentsAfter === null || status === "accepted") return [];
  const diff = diffArguments(shownNow, presentArguments(tool, argumentsAfter).rest);
  return diff.ok ? diff.changes.slice(0, 50).map(({ path, value }) => ({ path: pointer(path), before: valueAt(shownNow, path), after: value })) : [];
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((held, step) => (typeof held === "object" && held !== null ? (held as Record<string | number, unknown>)[step] : undefined), value);
}

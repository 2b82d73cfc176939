import { inArray } from "drizzle-orm";
import type { ApprovalPlan } from "@/db/schema/approval-plan";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { countWords, type Names } from "./words";

/** Whom a request would ask, stage by stage, in a sentence's part: 'two eyes: a supervisor; then money: a billing admin'. */
export function planWords(plan: ApprovalPlan | null, names: Names): string {
  if (!plan) return "anybody who decides requests";
  return plan.stages.map(({ name, anyOf }) => `${name}: ${anyOf.map((way) => countWords(way, names)).join(", or ")}`).join("; then ");
}

type Stages = readonly { anyOf: readonly { people: readonly { kind: string; personId?: string }[] }[] }[];

/** What the people that stages name are called. */
export async function namesIn(tx: Tx, stages: Stages): Promise<Names> {
  const ids = new Set(stages.flatMap(({ anyOf }) => anyOf.flatMap(({ people }) => people.flatMap(({ personId }) => personId ?? []))));
  if (ids.size === 0) return new Map();
  const rows = await tx.select({ id: person.id, name: person.name }).from(person).where(inArray(person.id, [...ids]));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

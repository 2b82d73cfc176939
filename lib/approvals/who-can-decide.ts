import { inArray } from "drizzle-orm";
import type { PlanPeople } from "@/db/schema/approval-plan";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { countWords, type Names, peopleWords } from "@/lib/approval-policies/words";
import { type Candidate, candidatesAt } from "./candidates";
import type { ApprovalRow } from "./row";
import { ownObstacle } from "./rules";
import { countFor, currentStage, escalatedTo, isAsked, mayBreakGlass, type Seated, stagesOf } from "./seats";

/** Somebody who could decide a request now. `forName`: who gave them their part. */
export type Decider = { id: string; name: string; forName: string | null; breaksGlass: boolean; awayUntil: Date | null; busyUntil: Date | null; isOnline: boolean };

/** The stages of a request, what is decided already and by whom, and who can decide what is decided now. */
export async function whoCanDecide(tx: Tx, row: ApprovalRow) {
  const stages = stagesOf(row.plan);
  const names = await namesOf(tx, stages.flatMap((stage) => [...stage.anyOf.flatMap(({ people }) => people), ...stage.escalations.flatMap(({ people }) => people)]));
  const isOpen = row.status === "pending";
  const candidates = isOpen ? await candidatesAt(tx, row.workspaceId) : [];
  const made = row.decisions.filter((one) => one.stage === row.stage).map((one) => ({ ...one, by: countedOf(one) }));
  const now = currentStage(row);
  return {
    current: row.stage,
    /** One more yes is all that it waits for. */
    endsIt: row.stage + 1 >= stages.length && now.anyOf.some(({ count, people }) => count - countFor([...people, ...escalatedTo(now, row.escalated)], row, made) <= 1),
    stages: stages.map((stage, at) => ({
      name: stage.name,
      rule: stage.source ? { name: stage.source.ruleName, scopeType: stage.source.scopeType, version: stage.source.version } : null,
      needs: stage.anyOf.map((way) => {
        const here = row.decisions.filter((one) => one.stage === at).map((one) => ({ ...one, by: countedOf(one) }));
        return { words: countWords(way, names), count: way.count, have: countFor([...way.people, ...escalatedTo(stage, row.escalated)], row, here) };
      }),
      rejections: stage.rejections,
      reasonPattern: stage.reasonPattern,
      escalations: stage.escalations.map(({ afterSeconds, people }) => ({
        at: new Date(row.createdAt.getTime() + afterSeconds * 1000),
        hasCome: afterSeconds <= row.escalated,
        who: people.map((one) => peopleWords(one, names)).join(" or "),
      })),
    })),
    decisions: row.decisions.map(({ roles: _now, at, ...one }) => ({ ...one, at: new Date(at) })),
    deciders: candidates.flatMap((one) => deciderOf(one, row) ?? []),
  };
}

function countedOf(made: ApprovalRow["decisions"][number]): Seated {
  return { id: made.behalfId ?? made.personId, name: made.behalfName ?? made.personName, roles: made.roles };
}

/** As `seatOf` of rules.ts says it of the caller, of anybody. */
function deciderOf(one: Candidate, row: ApprovalRow): Decider | null {
  if (ownObstacle(one.id, row) || row.usedAccounts.includes(one.id)) return null;
  const { id, name, awayUntil, busyUntil, isOnline } = one;
  const found = { id, name, awayUntil, busyUntil, isOnline, forName: null, breaksGlass: false };
  if (isAsked(one, row)) return found;
  const giving = currentStage(row).delegation ? row.delegations.filter((giver) => giver.toPersonId === id && !row.usedAccounts.includes(giver.id) && !ownObstacle(giver.id, row)) : [];
  const giver = giving.find((each) => isAsked(each, row));
  if (giver) return { ...found, forName: giver.name };
  return mayBreakGlass(one, row) ? { ...found, breaksGlass: true } : null;
}

async function namesOf(tx: Tx, people: readonly PlanPeople[]): Promise<Names> {
  const ids = [...new Set(people.flatMap((one) => (one.kind === "person" ? [one.personId] : [])))];
  const rows = ids.length === 0 ? [] : await tx.select({ id: person.id, name: person.name }).from(person).where(inArray(person.id, ids));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

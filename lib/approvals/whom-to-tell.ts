import type { PlanPeople } from "@/db/schema/approval-plan";
import type { Tx } from "@/db/tenant";
import { type Candidate, candidatesAt } from "./candidates";
import type { ApprovalRow } from "./row";
import { ownObstacle } from "./rules";
import { askedNow, currentStage, isMeant } from "./seats";

/**
 * Whom to tell that a request waits: those of `people` who can decide it now; for who is away or busy, those to whom they gave
 * their part, where the stage lets that count. Where that leaves nobody, they are told themselves, since a notice that reaches
 * nobody is none.
 * @param people everybody whom the stage asks, unless said otherwise.
 */
export async function whomToTell(tx: Tx, row: ApprovalRow, people: readonly PlanPeople[] = askedNow(row)): Promise<Candidate[]> {
  const free = (await candidatesAt(tx, row.workspaceId)).filter(({ id }) => !ownObstacle(id, row) && !row.usedAccounts.includes(id));
  const meant = free.filter((one) => people.some((each) => isMeant(each, one, row)));
  const givers = currentStage(row).delegation ? meant.filter((one) => !isHere(one)).map(({ id }) => id) : [];
  const deputies = new Set(row.delegations.filter(({ id }) => givers.includes(id)).map(({ toPersonId }) => toPersonId));
  const told = free.filter((one) => isHere(one) && (meant.includes(one) || deputies.has(one.id)));
  return told.length > 0 ? told : meant;
}

const isHere = ({ awayUntil, busyUntil }: Candidate) => !awayUntil && !busyUntil;

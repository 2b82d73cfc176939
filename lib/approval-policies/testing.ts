import type { PersonCtx } from "@/lib/ctx/ctx";
import { inTenant } from "@/db/tenant";
import { database } from "@/lib/database";
import { headVersion } from "@/lib/governance/stored";
import { publishDocument } from "@/lib/governance/publish";
import type { tenant } from "@/lib/testing/tenant";
import type { ApprovalRule, PolicyAsk, PolicyPeople } from "./content";
import { matchesEverything } from "./terms";

type Tenant = Awaited<ReturnType<typeof tenant>>;
type Way = { count: number; people: PolicyPeople[] };

export const peopleOf = {
  supervisor: { kind: "role", role: "supervisor" } satisfies PolicyPeople,
  named: (who: PersonCtx): PolicyPeople => ({ kind: "person", personId: who.actor.id }),
};

/** A rule that asks; `stages`: of each, the ways to end it. */
export function askRule(stages: Way[][], ask: Partial<PolicyAsk> = {}, match: Partial<ApprovalRule["match"]> = {}): ApprovalRule {
  return {
    id: "a", name: "Two pairs of eyes", match: { ...matchesEverything, ...match },
    answer: {
      kind: "ask", stages: stages.map((anyOf, at) => ({ name: `Stage ${at + 1}`, anyOf, rejections: 1 })),
      reasonPattern: null, expiresAfterMinutes: null, escalations: [], delegation: false, breakGlass: [], ownerMayDecide: false, ...ask,
    },
  };
}

/** Publishes these rules over what is in force there, as the agent's owner, who is an admin. */
export async function publishRules(t: Tenant, rules: ApprovalRule[], scopeType: "organization" | "workspace" = "organization"): Promise<{ version: number }> {
  const place = { kind: "approvals" as const, scopeType, scopeId: scopeType === "organization" ? t.organizationId : t.workspaceId };
  const expectedVersion = await inTenant(database(), t.organizationId, (tx) => headVersion(tx, place));
  return publishDocument(await t.owner(), { ...place, expectedVersion, content: { rules }, note: "" });
}

import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { agent } from "@/db/schema/agent";
import { person } from "@/db/schema/people";
import { inTenant } from "@/db/tenant";
import { setBudget, SetBudgetInput } from "@/lib/budgets/set";
import { database } from "@/lib/database";
import { publishDocument } from "@/lib/governance/publish";
import { useTestDatabase } from "@/lib/testing/database";
import { untilWaiting } from "@/lib/testing/lock-waits";
import { tenant } from "@/lib/testing/tenant";
import type { ApprovalRule, PolicyPeople } from "./content";
import { lockApprovers } from "./lock";
import { matchesEverything } from "./terms";
import { askRule, peopleOf, publishRules } from "./testing";

useTestDatabase();

type Tenant = Awaited<ReturnType<typeof tenant>>;
const rule = (ways: { count: number; people: PolicyPeople[] }[][], changes: Partial<Extract<ApprovalRule["answer"], { kind: "ask" }>> = {}): ApprovalRule => ({
  id: "a", name: "Two pairs of eyes", match: matchesEverything,
  answer: {
    kind: "ask", stages: ways.map((anyOf, at) => ({ name: `Stage ${at + 1}`, anyOf, rejections: 1 })),
    reasonPattern: null, expiresAfterMinutes: null, escalations: [], delegation: false, breakGlass: [], ownerMayDecide: false, ...changes,
  },
});
const supervisor: PolicyPeople = { kind: "role", role: "supervisor" };

async function publish(t: Tenant, rules: ApprovalRule[], scopeType: "organization" | "workspace" = "organization"): Promise<string[]> {
  const place = { kind: "approvals" as const, scopeType, scopeId: scopeType === "organization" ? t.organizationId : t.workspaceId };
  const admin = await t.owner();
  const refused = await publishDocument(admin, { ...place, expectedVersion: 0, content: { rules }, note: "" }).catch((error: unknown) => error as { extensions?: { problems: { message: string }[] } });
  return "version" in refused ? [] : (refused.extensions?.problems ?? []).map(({ message }) => message);
}

describe("an approval policy that is published", () => {
  it("is refused when too few people hold the role, and says who there is", async () => {
    const t = await tenant();
    await t.as("supervisor");
    const [problem] = await publish(t, [rule([[{ count: 2, people: [supervisor] }]])]);
    expect(problem).toContain("only supervisor can for agents of Olga Owner, who does not count");
    await t.as("supervisor");
    expect(await publish(t, [rule([[{ count: 2, people: [supervisor] }]])])).toEqual([]);
  });

  it("is refused when it is about what no tool can be called: its denial would deny nothing", async () => {
    const t = await tenant();
    const denial = (tool: string): ApprovalRule => ({ id: "a", name: "No payments", match: { ...matchesEverything, tools: [tool] }, answer: { kind: "deny", message: "Never" } });
    for (const tool of ["Payments.*", "payments.**", "pay ments", "payments.?"]) expect((await publish(t, [denial(tool)]))[0]).toContain("which no tool can be called");
    expect(await publish(t, [denial("payments.*")])).toEqual([]);
  });

  it("is refused when only the agents' owner could decide, unless it lets them", async () => {
    const t = await tenant();
    const asked = [[{ count: 1, people: [supervisor] }]];
    expect((await publish(t, [rule(asked)]))[0]).toContain("nobody can for agents of Olga Owner");
    expect(await publish(t, [rule(asked, { ownerMayDecide: true })])).toEqual([]);
  });

  it("counts everybody once over all its stages, also with a second account, and takes the alternative that there are people for", async () => {
    const t = await tenant();
    const [one, two] = [await t.as("supervisor"), await t.as("supervisor")];
    const named: PolicyPeople = { kind: "person", personId: one.actor.id };
    const stages = [[{ count: 1, people: [supervisor] }], [{ count: 5, people: [supervisor] }, { count: 1, people: [named] }]];
    await inTenant(database(), t.organizationId, (tx) => tx.update(person).set({ email: `x+${two.actor.id}@corp.test` }).where(eq(person.id, two.actor.id)));
    await inTenant(database(), t.organizationId, (tx) => tx.update(person).set({ email: `x+${one.actor.id}@corp.test` }).where(eq(person.id, one.actor.id)));
    expect((await publish(t, [rule(stages)]))[0]).toContain("everybody counts once");
    await inTenant(database(), t.organizationId, (tx) => tx.update(person).set({ email: `y.${two.actor.id}@corp.test` }).where(eq(person.id, two.actor.id)));
    expect(await publish(t, [rule(stages)])).toEqual([]);
  });

  it("is refused when it names somebody who could not decide, and looked at together with what the organization asks", async () => {
    const t = await tenant();
    const [one, viewer] = [await t.as("supervisor"), await t.as("viewer")];
    const named = (id: string): PolicyPeople => ({ kind: "person", personId: id });
    expect((await publish(t, [rule([[{ count: 1, people: [supervisor, named(viewer.actor.id)] }]])]))[0]).toContain("names somebody who could not decide");
    expect((await publish(t, [rule([[{ count: 1, people: [supervisor] }]], { breakGlass: [viewer.actor.id] })]))[0]).toContain("names somebody who could not decide");
    expect(await publish(t, [rule([[{ count: 1, people: [supervisor] }]])])).toEqual([]);
    expect((await publish(t, [rule([[{ count: 1, people: [named(one.actor.id)] }]])], "workspace"))[0]).toContain("Together with the organization's rule");
  });

  it("is refused for the organization too when a workspace's rule comes on top, and says which rule in words", async () => {
    const t = await tenant();
    const one = await t.as("supervisor");
    const asks = [askRule([[{ count: 1, people: [peopleOf.named(one)] }]])];
    await publishRules(t, asks, "workspace");
    await expect(publishRules(t, asks)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(/^Rule 1 \(Two pairs of eyes\): Together with the rule of the workspace Finance: "Two pairs of eyes" nobody could ever satisfy it\..*everybody counts once/),
      extensions: { problems: [{ path: "rules.0" }] },
    });
    const apart = { ...askRule([[{ count: 1, people: [peopleOf.named(one)] }]], {}, { kinds: ["access"] }) };
    await publishRules(t, [askRule([[{ count: 1, people: [peopleOf.named(one)] }]], {}, { kinds: ["action"] })], "workspace");
    await publishRules(t, [apart]);
  });

  it("is compared with what another one puts in force at the same moment", async () => {
    const t = await tenant();
    const asks = [askRule([[{ count: 1, people: [peopleOf.named(await t.as("supervisor"))] }]])];
    let both: Promise<PromiseSettledResult<unknown>[]> = Promise.resolve([]);
    await inTenant(database(), t.organizationId, async (tx) => {
      await lockApprovers(tx, t.organizationId);
      both = Promise.allSettled([publishRules(t, asks), publishRules(t, asks, "workspace")]);
      await untilWaiting(2);
    });
    expect((await both).map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("is refused where people ask for money and no agent has the manager who would be asked", async () => {
    const t = await tenant();
    const manager = await t.as("supervisor");
    await inTenant(database(), t.organizationId, (tx) => tx.update(agent).set({ managerPersonId: manager.actor.id }).where(eq(agent.id, t.agentId)));
    const asks = askRule([[{ count: 1, people: [{ kind: "agent_manager" }] }]]);
    await setBudget(await t.as("billing_admin"), SetBudgetInput.parse({ scopeType: "project", scopeId: t.projectId, period: "month", timeZone: "UTC", capMicros: 1, hard: true, thresholds: [100] }));
    await expect(publishRules(t, [asks])).rejects.toMatchObject({ message: expect.stringContaining("where a person asks for more money") });
    await publishRules(t, [{ ...asks, match: { ...matchesEverything, kinds: ["action"] } }]);
  });
});

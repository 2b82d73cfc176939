import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { approval } from "@/db/schema/action";
import { inTenant } from "@/db/tenant";
import { SubmitActionInput, type RiskClass } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { approvalChoices } from "./choices";
import { listApprovals, ListApprovalsInput } from "./list";
import { loadApproval } from "./load";
import { pendingForMe } from "./pending-for-me";

useTestDatabase();

type Tenant = Awaited<ReturnType<typeof tenant>>;

async function asked(t: Tenant, requests: { risk: RiskClass; minutesAgo: number; kind?: "action" | "budget"; status?: "pending" | "expired"; workspaceId?: string | null }[]) {
  const rows = requests.map(({ risk, minutesAgo, kind = "action", status = "pending", workspaceId = t.workspaceId }) => ({
    id: newId(), organizationId: t.organizationId, workspaceId, kind, status, agentId: t.agentId, requesterPersonId: t.ownerId, requesterAgentId: t.agentId,
    digest: createHash("sha256").update(newId()).digest(), policyVersion: 1, risk, amountMicros: 1, why: "test",
    createdAt: new Date(Date.now() - minutesAgo * 60_000), expiresAt: new Date(Date.now() + 60_000),
  }));
  await inTenant(database(), t.organizationId, (tx) => tx.insert(approval).values(rows));
  return rows.map((row) => row.id);
}

const list = (input: object = {}) => ListApprovalsInput.parse(input);

describe("the queue", () => {
  it("shows the riskiest first, then the oldest, in pages that go both ways", async () => {
    const t = await tenant();
    const risks: RiskClass[] = ["LOW", "CRITICAL", "HIGH", "MEDIUM", "CRITICAL", "LOW", "HIGH"];
    const ids = await asked(t, risks.map((risk, i) => ({ risk, minutesAgo: i })));
    const right = [4, 1, 6, 2, 3, 5, 0].map((at) => ids[at]);
    const supervisor = await t.as("supervisor");
    const seen: string[] = [];
    let after: string | null = null;
    let previous: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof listApprovals>> = await listApprovals(supervisor, list({ size: 2, after }));
      seen.push(...page.rows.map((row) => row.id));
      after = page.next;
      previous = page.previous;
    } while (after);
    expect(seen).toEqual(right);
    const back = await listApprovals(supervisor, list({ size: 2, before: previous }));
    expect(back.rows.map((row) => row.id)).toEqual(right.slice(4, 6));
    await expect(listApprovals(supervisor, list({ after: "forged" }))).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("narrows by kind, risk and agent, and keeps what ended apart", async () => {
    const t = await tenant();
    const [, high, money] = await asked(t, [{ risk: "LOW", minutesAgo: 1 }, { risk: "HIGH", minutesAgo: 1 }, { risk: "LOW", minutesAgo: 2, kind: "budget" }]);
    const [ended] = await asked(t, [{ risk: "LOW", minutesAgo: 5, status: "expired" }]);
    const supervisor = await t.as("supervisor");
    const idsOf = async (input: object) => (await listApprovals(supervisor, list(input))).rows.map((row) => row.id);
    expect(await idsOf({ risk: ["HIGH"] })).toEqual([high]);
    expect(await idsOf({ kind: ["budget"] })).toEqual([money]);
    expect(await idsOf({ agent: [newId()] })).toEqual([]);
    expect(await idsOf({ view: "ended" })).toEqual([ended]);
    expect((await approvalChoices(supervisor)).requesters.map((choice) => choice.value)).toEqual([t.ownerId]);
  });

  it("shows a supervisor of one workspace that workspace only, and others nothing", async () => {
    const t = await tenant();
    await asked(t, [{ risk: "LOW", minutesAgo: 1 }, { risk: "HIGH", minutesAgo: 1, workspaceId: null, kind: "budget" }]);
    expect((await listApprovals(await t.as("supervisor", t.workspaceId), list())).rows).toHaveLength(1);
    expect((await listApprovals(await t.as("supervisor"), list())).rows).toHaveLength(2);
    expect((await listApprovals(await (await tenant()).as("supervisor"), list())).rows).toEqual([]);
    await expect(listApprovals(await t.as("viewer"), list())).rejects.toMatchObject({ code: "forbidden" });
  });

  it("counts what a person may decide: money for the billing admin, nothing of one's own", async () => {
    const t = await tenant();
    await asked(t, [{ risk: "LOW", minutesAgo: 1 }, { risk: "HIGH", minutesAgo: 1 }, { risk: "LOW", minutesAgo: 2, kind: "budget" }, { risk: "LOW", minutesAgo: 1, status: "expired" }]);
    const billing = await t.as("billing_admin");
    expect(await pendingForMe(await t.as("supervisor"))).toBe(3);
    expect(await pendingForMe(billing)).toBe(1);
    expect((await listApprovals(billing, list({ mine: true }))).rows.map((row) => row.kind)).toEqual(["budget"]);
    expect((await listApprovals(await t.owner(), list({ mine: true }))).rows).toEqual([]);
    expect(await pendingForMe(await t.owner())).toBe(0);
    expect(await pendingForMe(await t.as("viewer"))).toBe(0);
  });
});

describe("one request", () => {
  it("holds what a decision needs, with secrets masked and files by their hash", async () => {
    const t = await tenant();
    const earlier = SubmitActionInput.parse({ tool: "crm.read", estimatedCostMicros: 1 });
    await submitAction(t.agent, earlier, "k1");
    const csv = "id,amount\n1,5\n";
    const input = SubmitActionInput.parse({
      tool: "mail.send",
      arguments: { to: "a@example.test", api_key: "sk-live-abcdefghijklmnop", files: [{ name: "x.csv", content: csv }] },
      estimatedCostMicros: 5,
      purpose: "with Bearer abcdefgh12345678",
    });
    const { action: made } = await submitAction(t.agent, input, "k2");
    const supervisor = await t.as("supervisor");
    const detail = await loadApproval(supervisor, { id: made.approvalId ?? "" });
    expect(detail.digest).toBe(made.digest);
    expect(JSON.stringify(detail)).not.toMatch(/abcdefghijklmnop|abcdefgh12345678/);
    expect(detail.action?.arguments.rest).toEqual({ to: "a@example.test", api_key: "[masked]" });
    expect(detail.action?.arguments.files).toEqual([
      { name: "x.csv", size: csv.length, sha256: createHash("sha256").update(csv).digest("hex"), preview: csv, more: false },
    ]);
    expect(detail.agent).toMatchObject({ name: "Expense analyst", ownerName: "Olga Owner", level: "standard" });
    expect(detail.history).toMatchObject({ lookedAt: 1, allowed: 1 });
    expect(detail.why).toContain("mail.send");
    expect([detail.cannotDecide, detail.cannotApprove]).toEqual([null, null]);
  });
});

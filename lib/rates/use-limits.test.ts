import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "@/db/client";
import { action } from "@/db/schema/action";
import { rateUse } from "@/db/schema/rate";
import { inTenant, prepared } from "@/db/tenant";
import { cancelAction } from "@/lib/actions/cancel";
import { reportOutcome } from "@/lib/actions/report-outcome";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { takeGrant } from "@/lib/actions/take-grant";
import { decideApproval } from "@/lib/approvals/decide";
import { database } from "@/lib/database";
import { publishDocument } from "@/lib/governance/publish";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { tokenLimits, tokens } from "./counted";
import { lockRates } from "./take";

const own = useTestDatabase();

type Tenant = Awaited<ReturnType<typeof tenant>>;

const submit = (t: Tenant, estimatedTokens?: number, tool = "crm.read") =>
  submitAction(t.agent, SubmitActionInput.parse({ tool, estimatedCostMicros: 1, ...(estimatedTokens === undefined ? {} : { estimatedTokens }) }), newId());

async function counted(t: Tenant): Promise<Record<string, number>> {
  const rows = await inTenant(database(), t.organizationId, (tx) => tx.select().from(rateUse).where(eq(rateUse.tool, tokens)));
  return Object.fromEntries(rows.flatMap(({ period, slices }) => (slices.length > 0 ? [[period, slices.reduce((sum, [, used]) => sum + used, 0)]] : [])));
}

async function done(t: Tenant, id: string, used?: number): Promise<void> {
  await takeGrant(t.agent, { id });
  await reportOutcome(t.agent, { id, status: "succeeded", costMicros: 1, summary: "", ...(used === undefined ? {} : { tokens: used }) });
}

describe("the tokens of an agent", () => {
  it("are let through as far as there is room, and refused with the time of the next", async () => {
    const t = await tenant({ limits: { tokensPerDay: 1_000 } });
    await submit(t, 600);
    await expect(submit(t, 401)).rejects.toMatchObject({
      code: "rate_limited", message: expect.stringMatching(/1000 tokens in any twenty-four hours; 400 are left, and this needs 401/), retryAfterSeconds: expect.any(Number),
      extensions: { rule: "limit.tokens", limit: { tokens: 1_000, period: "day" }, action: { status: "denied" } },
    });
    await submit(t, 400);
    // Nothing begins once all are used, whether it says what it needs or not.
    await expect(submit(t)).rejects.toMatchObject({ code: "rate_limited" });
  });

  it("are never more in one action than one may use, however long it waits", async () => {
    const t = await tenant({ limits: { tokensPerAction: 500, tokensPerMonth: 400 } });
    const refused = await submit(t, 401).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "policy_denied", extensions: { rule: "limit.tokens_per_action", limit: { tokens: 400 } } });
    expect(refused).toMatchObject({ retryAfterSeconds: undefined });
    expect(await counted(t)).toEqual({});
  });

  it("count as reported in the end: less gives room again, and more keeps the next one back", async () => {
    const t = await tenant({ limits: { tokensPerDay: 1_000 } });
    const first = await submit(t, 900);
    await done(t, first.action.id, 100);
    expect(await counted(t)).toEqual({ day: 100, month: 100 });
    const second = await submit(t, 900);
    await done(t, second.action.id, 5_000);
    expect(await counted(t)).toEqual({ day: 5_100, month: 5_100 });
    await expect(submit(t, 1)).rejects.toMatchObject({ message: expect.stringContaining("0 are left") });
  });

  it("are given back by what never begins: cancelled or rejected", async () => {
    const t = await tenant({ limits: { tokensPerDay: 1_000 } });
    const cancelled = await submit(t, 300);
    await cancelAction(t.agent, { id: cancelled.action.id });
    const { action: asked } = await submit(t, 1_000, "mail.send");
    await expect(submit(t, 1)).rejects.toMatchObject({ code: "rate_limited" });
    await decideApproval(await t.as("supervisor"), { id: asked.approvalId ?? "", decision: "rejected", reason: "Not today", digest: asked.digest });
    expect(await counted(t)).toEqual({});
    await submit(t, 1_000);
  });

  it("give nothing back of what counts no longer", async () => {
    const t = await tenant({ limits: { tokensPerMonth: 1_000 } });
    const old = await submit(t, 300);
    await submit(t, 200);
    await inTenant(database(), t.organizationId, (tx) => tx.update(action).set({ createdAt: new Date(Date.now() - 2 * 86_400_000) }).where(eq(action.id, old.action.id)));
    await cancelAction(t.agent, { id: old.action.id });
    expect(await counted(t)).toEqual({ day: 500, month: 200 });
  });

  it("are under the narrowest limit of all levels, and counted before there is one", async () => {
    const t = await tenant();
    await submit(t, 700);
    const admin = await t.as("organization_admin");
    await publishDocument(admin, { kind: "capabilities", scopeType: "organization", scopeId: t.organizationId, expectedVersion: 0, content: { tools: [], limits: { tokensPerDay: 1_000 } }, note: "" });
    await expect(submit(t, 301)).rejects.toMatchObject({ extensions: { rule: "limit.tokens" } });
    await submit(t, 300);
  });

  it("never pass the limit when two servers decide at once", async () => {
    const t = await tenant();
    const other = connect(own.current().url);
    const ask = { agentId: t.agentId, limits: tokenLimits({ tokensPerDay: 100, tokensPerMonth: 90 }, 7) };
    const one = (at: number) =>
      inTenant(at % 2 ? other : database(), t.organizationId, async (tx): Promise<number> => {
        const book = await lockRates(tx, [ask]);
        if (book.exceeded(ask)) return 0;
        book.take(ask);
        for (const statement of book.statements()) await prepared(tx, statement);
        return 7;
      });
    try {
      const taken = await Promise.all(Array.from({ length: 40 }, (_, at) => one(at)));
      expect(taken.reduce((sum, each) => sum + each, 0)).toBe(84);
      expect(await counted(t)).toEqual({ day: 84, month: 84 });
    } finally {
      await other.sql.end();
    }
  });
});

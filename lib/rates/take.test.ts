import { eq, sql } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { rateUse } from "@/db/schema/rate";
import { inTenant, prepared, type Tx } from "@/db/tenant";
import { connect } from "@/db/client";
import { database } from "@/lib/database";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import type { RateLimit } from "./limits";
import { lockRates, type RateAsk } from "./take";

const own = useTestDatabase();

type Tenant = Awaited<ReturnType<typeof tenant>>;
const limit = (calls: number, tool = "crm.*", period: RateLimit["period"] = "day"): RateLimit => ({ calls, tool, period });
const ask = (t: Tenant, ...limits: RateLimit[]): RateAsk => ({ agentId: t.agentId, limits });
const inside = <T>(t: Tenant, work: (tx: Tx) => Promise<T>) => inTenant(database(), t.organizationId, work);

/** As a batch of decisions does it: how many of these calls go on. */
async function callAll(tx: Tx, asks: readonly RateAsk[]): Promise<number> {
  const book = await lockRates(tx, asks);
  const through = asks.filter((one) => !book.exceeded(one));
  let taken = 0;
  for (const one of through) {
    if (book.exceeded(one)) continue;
    book.take(one);
    taken++;
  }
  for (const statement of book.statements()) await prepared(tx, statement);
  return taken;
}

describe("a rate", () => {
  it("lets as many calls through as it says, and refuses the next with the time from which it may be tried again", async () => {
    const t = await tenant();
    const three = ask(t, limit(3, "crm.*", "hour"));
    expect(await inside(t, (tx) => callAll(tx, [three, three]))).toBe(2);
    expect(await inside(t, (tx) => callAll(tx, [three, three]))).toBe(1);
    const refused = await inside(t, async (tx) => (await lockRates(tx, [three])).exceeded(three));
    expect(refused).toMatchObject({ rule: "capability.rate", message: expect.stringMatching(/allows 3 calls of crm\.\* in any hour/), limit: { calls: 3 } });
    expect(refused?.retryAfterSeconds).toBeGreaterThan(0);
  });

  it("gives room again when the period is over", async () => {
    const t = await tenant();
    const one = ask(t, limit(1));
    expect(await inside(t, (tx) => callAll(tx, [one]))).toBe(1);
    expect(await inside(t, (tx) => callAll(tx, [one]))).toBe(0);
    // As if it had been called two days ago.
    await inside(t, (tx) => tx.execute(sql`update rate_use set slices = (select jsonb_agg(jsonb_build_array((each ->> 0)::int - 120, each -> 1)) from jsonb_array_elements(slices) each)`));
    expect(await inside(t, (tx) => callAll(tx, [one]))).toBe(1);
  });

  it("holds all rates of a call or counts none: what one refuses is not counted by the other", async () => {
    const t = await tenant();
    const both = ask(t, limit(10), limit(1, "*"));
    expect(await inside(t, (tx) => callAll(tx, [both, both, both]))).toBe(1);
    expect(await inside(t, (tx) => callAll(tx, [ask(t, limit(10))]))).toBe(1);
    const counts = await inside(t, (tx) => tx.select({ tool: rateUse.tool, slices: rateUse.slices }).from(rateUse).orderBy(rateUse.tool));
    expect(counts.map(({ tool, slices }) => [tool, slices.reduce((sum, [, calls]) => sum + calls, 0)])).toEqual([["*", 1], ["crm.*", 2]]);
  });

  it("is exact when two servers have 64 calls each in flight, in batches that name rates in any order", async () => {
    const t = await tenant();
    const other = connect(own.current().url);
    const orders = [[limit(50), limit(100, "*"), limit(70, "crm.read", "hour")], [limit(70, "crm.read", "hour"), limit(100, "*"), limit(50)]];
    const batch = (at: number) => Array.from({ length: 1 + (at % 3) }, (_, n) => ask(t, ...(orders[(at + n) % 2] ?? [])));
    try {
      const taken = await Promise.all(Array.from({ length: 128 }, (_, at) => inTenant(at % 2 ? other : database(), t.organizationId, (tx) => callAll(tx, batch(at)))));
      expect(taken.reduce((sum, each) => sum + each, 0)).toBe(50);
    } finally {
      await other.sql.end();
    }
  });

  it("counts nothing of a transaction that is rolled back", async () => {
    const t = await tenant();
    const one = ask(t, limit(1));
    const broken = inside(t, async (tx) => {
      await callAll(tx, [one]);
      throw new Error("the decision failed");
    });
    await expect(broken).rejects.toThrow("the decision failed");
    expect(await inside(t, (tx) => callAll(tx, [one]))).toBe(1);
  });

  it("is each agent's own, and costs nothing where there is none", async () => {
    const [t, stranger] = [await tenant(), await tenant()];
    expect(await inside(t, (tx) => callAll(tx, [ask(t, limit(1))]))).toBe(1);
    expect(await inside(stranger, (tx) => callAll(tx, [ask(stranger, limit(1))]))).toBe(1);
    await expect(inside(stranger, (tx) => callAll(tx, [ask(t, limit(1))]))).rejects.toThrow("cannot be locked");
    const execute = vi.fn();
    const book = await lockRates({ session: { client: { unsafe: execute } } } as unknown as Tx, [ask(t), ask(t)]);
    expect([book.exceeded(ask(t)), book.statements(), execute.mock.calls.length]).toEqual([null, [], 0]);
  });

  it("removes counts that nothing reads any more, and none that is asked for", async () => {
    const t = await tenant();
    const names = () => inside(t, async (tx) => (await tx.select({ tool: rateUse.tool }).from(rateUse).where(eq(rateUse.agentId, t.agentId)).orderBy(rateUse.tool)).map(({ tool }) => tool));
    for (const tool of ["a.*", "b.*"]) await inside(t, (tx) => callAll(tx, [ask(t, limit(5, tool))]));
    await inside(t, (tx) => tx.update(rateUse).set({ usedAt: new Date(Date.now() - 3 * 86_400_000) }));
    await inside(t, (tx) => callAll(tx, [ask(t, limit(5, "a.*"), limit(5, "c.*"))]));
    expect(await names()).toEqual(["a.*", "c.*"]);
  });
});

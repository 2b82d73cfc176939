import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { action, approval } from "@/db/schema/action";
import { approvalLook } from "@/db/schema/approval-look";
import { auditEvent } from "@/db/stream/audit";
import { inTenant, type Tx } from "@/db/tenant";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { decideBatch, rejectAlike } from "./batch";
import { compareAlike } from "./compare-alike";
import { decisionFigures } from "./figures";
import { listApprovals, ListApprovalsInput } from "./list";
import { noteLook } from "./note-look";
import { listQueue } from "./queue";
import { isRubberStamp } from "./rubber-stamp";

useTestDatabase();

type Tenant = Awaited<ReturnType<typeof tenant>>;
const inside = <T>(t: Tenant, work: (tx: Tx) => Promise<T>) => inTenant(database(), t.organizationId, work);
const mail = async (t: Tenant, args: Record<string, unknown> = { to: "a" }, tool = "mail.send") => {
  const { action: made } = await submitAction(t.agent, SubmitActionInput.parse({ tool, arguments: args, estimatedCostMicros: 1_000 }), newId());
  return { id: made.approvalId ?? "", digest: made.digest, actionId: made.id };
};
const queue = (ctx: PersonCtx, more: Partial<ListApprovalsInput> = {}) => listQueue(ctx, ListApprovalsInput.parse({ mine: true, ...more }));
const statusOf = async (t: Tenant, id: string) => (await inside(t, (tx) => tx.select({ status: approval.status }).from(approval).where(eq(approval.id, id))))[0]?.status;

/** Copies of one waiting request: as many as a runaway agent leaves behind. */
async function flood(t: Tenant, id: string, count: number): Promise<void> {
  await inside(t, async (tx) => {
    const columns = (table: string, without: string) =>
      tx.execute<{ list: string }>(sql`select string_agg(quote_ident(column_name), ', ') as list from information_schema.columns where table_schema = 'public' and table_name = ${table} and column_name not in (${sql.raw(without)})`);
    const [[ofAction], [ofApproval]] = [await columns("action", "'id', 'idempotency_key'"), await columns("approval", "'id', 'action_id', 'created_at'")];
    await tx.execute(sql.raw(`
      with copies as (select gen_random_uuid() as id, gen_random_uuid() as approval_id, n from generate_series(1, ${count}) n),
      made as (insert into action (id, idempotency_key, ${ofAction?.list}) select c.id, c.id::text, ${ofAction?.list?.split(", ").map((name) => `x.${name}`).join(", ")}
        from action x join approval p on p.action_id = x.id cross join copies c where p.id = '${id}')
      insert into approval (id, action_id, created_at, ${ofApproval?.list}) select c.approval_id, c.id, p.created_at + c.n * interval '1 millisecond', ${ofApproval?.list?.split(", ").map((name) => `p.${name}`).join(", ")}
        from approval p cross join copies c where p.id = '${id}'`));
  });
}

describe("the queue with look-alikes", () => {
  it("shows few of them one by one, and more as one row with the oldest of them, at its place", async () => {
    const t = await tenant();
    const supervisor = await t.as("supervisor");
    const first = await mail(t, { to: "a" });
    for (const to of ["b", "c", "d"]) await mail(t, { to });
    const other = await mail(t, { to: "a", cc: "b" });
    expect((await queue(supervisor)).rows.map(({ alike }) => alike)).toEqual([1, 1, 1, 1, 1]);
    await mail(t, { to: "e" });
    const { rows } = await queue(supervisor);
    expect(rows.map(({ id, alike }) => [id, alike])).toEqual([[first.id, 5], [other.id, 1]]);
    const alike = await listApprovals(supervisor, ListApprovalsInput.parse({ alike: first.id }));
    expect(alike.rows).toHaveLength(5);
  });

  it("tells them apart by their arguments, for those who may see them", async () => {
    const [t, stranger] = [await tenant(), await tenant()];
    const [one, two] = [await mail(t, { to: "a", text: "Hello" }), await mail(t, { to: "b", text: "Hello" })];
    const long = await mail(t, { to: "a", text: "x".repeat(20_000) });
    const ids = [one.id, two.id, long.id];
    const { same, of } = await compareAlike(await t.as("supervisor"), { ids });
    expect(same.places).toEqual([{ path: "/text", value: "Hello" }]);
    expect([of[one.id]?.places, of[two.id]?.places, of[long.id]]).toEqual([[{ path: "/to", value: "a" }], [{ path: "/to", value: "b" }], null]);
    expect(await compareAlike(await stranger.as("supervisor"), { ids })).toEqual({ same: { places: [], more: 0 }, of: {} });
  });

  it("pages beyond them, shows each once, and never another tenant's", async () => {
    const [t, stranger] = [await tenant(), await tenant()];
    const supervisor = await t.as("supervisor");
    for (let at = 0; at < 6; at++) await mail(t, { to: "x" });
    for (let at = 0; at < 5; at++) await mail(t, { [`key${at}`]: 1 });
    const idsOf = ({ rows }: Awaited<ReturnType<typeof queue>>) => rows.map(({ id }) => id);
    let page = await queue(supervisor, { size: 2 });
    const seen = idsOf(page);
    while (page.next) {
      page = await queue(supervisor, { size: 2, after: page.next });
      seen.push(...idsOf(page));
    }
    expect(seen).toHaveLength(6);
    expect(new Set(seen).size).toBe(6);
    const back = idsOf(page);
    while (page.previous) {
      page = await queue(supervisor, { size: 2, before: page.previous });
      back.unshift(...idsOf(page));
    }
    expect(back).toEqual(seen);
    expect((await queue(await stranger.as("supervisor"))).rows).toEqual([]);
  });
});

describe("a batch", () => {
  it("decides each by itself for what was seen, with an event of its own, and says which not and why", async () => {
    const t = await tenant();
    const supervisor = await t.as("supervisor");
    const [one, two, three] = [await mail(t, { to: "1" }), await mail(t, { to: "2" }), await mail(t, { to: "3" })];
    const outcome = await decideBatch(supervisor, { decision: "approved", reason: "", items: [one, { id: two.id, digest: one.digest }, three].map(({ id, digest }) => ({ id, digest })) });
    expect(outcome).toEqual({ decided: [one.id, three.id], refused: [{ id: two.id, message: expect.stringContaining("not the one that you were shown") }] });
    expect(await statusOf(t, two.id)).toBe("pending");
    const events = await inside(t, (tx) => tx.select().from(auditEvent).where(eq(auditEvent.action, "approvals.decided")));
    expect(events.map((event) => JSON.parse(event.body).details.digest).sort()).toEqual([one.digest, three.digest].sort());
    const again = await decideBatch(supervisor, { decision: "rejected", reason: "no", items: [{ id: one.id, digest: one.digest }] });
    expect(again.refused).toMatchObject([{ id: one.id }]);
  });

  it.each<[string, (t: Tenant) => Promise<{ id: string; digest: string }>]>([
    ["other arguments", (t) => mail(t, { to: "1", bcc: "2" })],
    ["another tool", (t) => mail(t, { to: "1" }, "payment.send")],
  ])("is refused as a whole with %s among them", async (_what, make) => {
    const t = await tenant();
    const [one, other] = [await mail(t, { to: "1" }), await make(t)];
    const items = [one, other].map(({ id, digest }) => ({ id, digest }));
    await expect(decideBatch(await t.as("supervisor"), { decision: "approved", reason: "", items })).rejects.toMatchObject({ code: "conflict" });
    expect(await statusOf(t, one.id)).toBe("pending");
  });

  it("is never of what is critical, nor across risks", async () => {
    const t = await tenant();
    const supervisor = await t.as("supervisor");
    const [one, two] = [await mail(t), await mail(t)];
    const items = [one, two].map(({ id, digest }) => ({ id, digest }));
    await inside(t, (tx) => tx.update(approval).set({ risk: "MEDIUM" }).where(eq(approval.id, one.id)));
    await expect(decideBatch(supervisor, { decision: "approved", reason: "", items })).rejects.toMatchObject({ code: "conflict" });
    await inside(t, (tx) => tx.update(approval).set({ risk: "CRITICAL" }));
    await expect(decideBatch(supervisor, { decision: "approved", reason: "", items })).rejects.toMatchObject({ code: "conflict" });
    await expect(rejectAlike(supervisor, { id: one.id, reason: "no", upTo: new Date() })).rejects.toMatchObject({ code: "conflict" });
  });

  it("is nobody's for the requests of their own agent, or of another tenant", async () => {
    const [t, stranger] = [await tenant(), await tenant()];
    const one = await mail(t);
    const items = [{ id: one.id, digest: one.digest }];
    expect((await decideBatch(await t.owner(), { decision: "approved", reason: "", items })).decided).toEqual([]);
    await expect(decideBatch(await stranger.as("supervisor"), { decision: "approved", reason: "", items })).rejects.toMatchObject({ code: "not_found" });
    await expect(rejectAlike(await stranger.as("supervisor"), { id: one.id, reason: "no", upTo: new Date() })).rejects.toMatchObject({ code: "not_found" });
    expect(await statusOf(t, one.id)).toBe("pending");
  });
});

describe("a runaway agent", () => {
  let t: Tenant;
  let supervisor: PersonCtx;
  let other: { id: string };
  beforeAll(async () => {
    t = await tenant();
    supervisor = await t.as("supervisor");
    const first = await mail(t, { to: "flood" });
    other = await mail(t, { to: "someone", text: "else" });
    await flood(t, first.id, 9_999);
  });

  it("takes one row of the queue, and hides nobody else's request", async () => {
    const { rows, next } = await queue(supervisor);
    expect(rows.map(({ alike }) => alike)).toEqual([10_000, 1]);
    expect(rows[1]?.id).toBe(other.id);
    expect(next).toBeNull();
  });

  it("is rejected in bounded steps, and what came later is left alone", async () => {
    const [head] = (await queue(supervisor)).rows;
    const [late] = await inside(t, (tx) => tx.select({ id: approval.id, actionId: approval.actionId }).from(approval).where(eq(approval.id, head?.id ?? "")));
    const upTo = new Date();
    const step = await rejectAlike(supervisor, { id: head?.id ?? "", reason: "A loop", upTo });
    expect([step.decided.length, step.refused.length, step.left]).toEqual([50, 0, true]);
    expect(await rejectAlike(supervisor, { id: head?.id ?? "", reason: "A loop", upTo: new Date(0) })).toEqual({ decided: [], refused: [], left: false });
    const [stored] = await inside(t, (tx) => tx.select({ status: action.status }).from(action).where(eq(action.id, late?.actionId ?? "")));
    expect(stored?.status).toBe("rejected");
    expect((await queue(supervisor)).rows.map(({ alike }) => alike).toSorted((a, b) => a - b)).toEqual([1, 9_950]);
  });
});

describe("figures", () => {
  it("count from the first look, by person and workspace", async () => {
    const t = await tenant();
    const supervisor = await t.as("supervisor");
    const [one, two] = [await mail(t), await mail(t)];
    await noteLook(supervisor, { id: one.id });
    await noteLook(supervisor, { id: one.id });
    expect(await inside(t, (tx) => tx.select().from(approvalLook))).toHaveLength(1);
    await inside(t, (tx) => tx.update(approvalLook).set({ openedAt: new Date(Date.now() - 90_000) }));
    await decideBatch(supervisor, { decision: "approved", reason: "", items: [{ id: one.id, digest: one.digest }] });
    await decideBatch(supervisor, { decision: "rejected", reason: "no", items: [{ id: two.id, digest: two.digest }] });
    const { people, teams } = await decisionFigures(supervisor);
    expect(people).toMatchObject([{ id: supervisor.actor.id, decisions: 2, approved: 1, opened: 1, isRubberStamp: false }]);
    expect(people[0]?.medianSeconds).toBeGreaterThanOrEqual(90);
    expect(teams).toMatchObject([{ name: "Finance", decisions: 2 }]);
    expect((await decisionFigures(await t.as("billing_admin"))).people).toHaveLength(1);
  });

  it.each([
    [{ decisions: 20, approved: 19, medianSeconds: 4 }, true],
    [{ decisions: 20, approved: 20, medianSeconds: null }, true],
    [{ decisions: 19, approved: 19, medianSeconds: 1 }, false],
    [{ decisions: 20, approved: 18, medianSeconds: 1 }, false],
    [{ decisions: 40, approved: 40, medianSeconds: 5 }, false],
  ])("flag %j: %s", (figures, flagged) => {
    expect(isRubberStamp(figures)).toBe(flagged);
  });
});

import { describe, expect, it } from "vitest";
import { mail, notice, outbox } from "@/db/schema/message";
import { inTenant, type Tx } from "@/db/tenant";
import { budget } from "@/db/schema/budget";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { tellThreshold } from "@/lib/budgets/tell-threshold";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { listNotices } from "./list";
import { markRead } from "./mark-read";
import { notify } from "./notify";
import { peopleWith } from "./people-with";
import { unreadCount } from "./unread-count";

useTestDatabase();

type Tenant = Awaited<ReturnType<typeof tenant>>;
const inside = <T>(t: Tenant, work: (tx: Tx) => Promise<T>) => inTenant(database(), t.organizationId, work);
const hello = (personIds: string[]) => ({ personIds, dedupeKey: "k", title: "T", body: "B", href: "/budgets" });

describe("notices", () => {
  it("tell the same person the same thing once", async () => {
    const t = await tenant();
    const [a, b] = [await t.as("viewer"), await t.as("viewer")];
    expect(await inside(t, (tx) => notify(tx, t.organizationId, hello([a.actor.id, a.actor.id])))).toEqual([a.actor.id]);
    expect(await inside(t, (tx) => notify(tx, t.organizationId, hello([a.actor.id, b.actor.id])))).toEqual([b.actor.id]);
    expect(await unreadCount(a)).toBe(1);
  });

  it("are read by the one whom they are for, and nobody else", async () => {
    const t = await tenant();
    const [a, b] = [await t.as("viewer"), await t.as("organization_admin")];
    await inside(t, (tx) => notify(tx, t.organizationId, hello([a.actor.id])));
    const [mine] = (await listNotices(a, { unread: true })).rows;
    expect((await listNotices(b, { unread: false })).rows).toEqual([]);
    expect(await markRead(b, { id: mine?.id })).toEqual({ count: 0 });
    expect(await markRead(a, { id: mine?.id })).toEqual({ count: 1 });
    expect([await unreadCount(a), (await listNotices(a, { unread: true })).rows.length, (await listNotices(a, { unread: false })).rows.length]).toEqual([0, 0, 1]);
  });

  it("find the people who hold a permission now, where it matters", async () => {
    const t = await tenant();
    const [billing, everywhere, here] = [await t.as("billing_admin"), await t.as("supervisor"), await t.as("supervisor", t.workspaceId)];
    await t.as("viewer");
    const idsOf = async (workspaceId: string | null) => (await inside(t, (tx) => peopleWith(tx, "approvals", "decide", workspaceId))).map((one) => one.id).sort();
    expect(await idsOf(t.workspaceId)).toEqual([everywhere.actor.id, here.actor.id].sort());
    expect(await idsOf(null)).toEqual([everywhere.actor.id]);
    expect((await inside(t, (tx) => peopleWith(tx, "budgets", "set", null))).map((one) => one.id)).toEqual([billing.actor.id]);
  });
});

describe("a threshold", () => {
  it("is told once, in the portal and by mail, to who may set the budget", async () => {
    const t = await tenant({ costThresholdMicros: 9_000_000 });
    const billing = await t.as("billing_admin");
    await t.as("supervisor");
    await inside(t, (tx) =>
      tx.insert(budget).values({
        id: newId(), organizationId: t.organizationId, scopeType: "project", scopeId: t.projectId, workspaceId: t.workspaceId, period: "month",
        timeZone: "UTC", capMicros: 1_000_000, hard: true, thresholds: [80],
      }),
    );
    await submitAction(t.agent, SubmitActionInput.parse({ tool: "crm.read", estimatedCostMicros: 850_000 }), "k1");
    const [event] = await inside(t, (tx) => tx.select().from(outbox));
    const input = { windowId: String(event?.data.windowId), threshold: 80 };
    const clock = systemCtx("budgets", t.organizationId);
    expect([await tellThreshold(clock, input), await tellThreshold(clock, input), await tellThreshold(clock, { ...input, threshold: 50 })]).toEqual([1, 0, 0]);
    const notices = await inside(t, (tx) => tx.select().from(notice));
    expect(notices.map((row) => [row.personId, row.title])).toEqual([[billing.actor.id, "80% of the month's budget of Expenses is used"]]);
    expect(notices[0]?.body).toContain("$0.85 of $1.00");
    const mails = await inside(t, (tx) => tx.select().from(mail));
    expect(mails.map((row) => [row.recipient, row.status])).toEqual([[billing.actor.email, "queued"]]);
  });
});

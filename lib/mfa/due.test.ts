import { eq, sql } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { roleGrant } from "@/db/schema/people";
import { securitySetting } from "@/db/schema/security";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { loadPersonCtx } from "@/lib/ctx/person";
import { newId } from "@/lib/id";
import { listPeople } from "@/lib/people/list";
import { inside } from "@/lib/runs/testing";
import { requireFactors } from "@/lib/security/require-factors";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { prove } from "./prove";
import { removeFactor } from "./remove-factor";
import { addPhone, givePassword, provePassword } from "./testing";

useTestDatabase();
afterEach(() => void vi.useRealTimers());

const again = (ctx: PersonCtx) => loadPersonCtx(ctx.actor.sessionId, { requestId: newId(), ip: null, userAgent: null });

/** An organization whose user managers must have a factor, and one of them. */
async function ruled(factorGraceDays = 7) {
  vi.useFakeTimers({ toFake: ["Date"] });
  const t = await tenant();
  const [admin, ctx] = [await t.as("organization_admin"), await t.as("user_manager")];
  await givePassword(ctx);
  await requireFactors(admin, { factorRoles: ["user_manager"], factorGraceDays });
  /** As if the rule had been made, and the role given, so many days ago. */
  const ago = (days: number) =>
    inside(t, async (tx) => {
      const then = sql`now() - make_interval(days => ${days})`;
      await tx.update(securitySetting).set({ factorSince: then });
      await tx.update(roleGrant).set({ validFrom: then }).where(eq(roleGrant.personId, ctx.actor.id));
    });
  return { ...t, admin, ctx, ago };
}

describe("a role that needs a second factor", () => {
  it("takes every right away once the days of grace are over, until there is one", async () => {
    const { ctx, ago, organizationId, admin } = await ruled();
    const waiting = await again(ctx);
    expect(waiting?.factorDueAt).toBeInstanceOf(Date);
    expect((await listPeople(waiting ?? admin, {})).rows).not.toEqual([]);
    await ago(8);
    const late = await again(ctx);
    if (!late) throw new Error("the session stays: its person must be able to set a factor up");
    expect((await listPeople(late, {})).rows).toEqual([]);
    await provePassword(late, "factors.add", ctx.actor.id);
    const { id, code } = await addPhone(late);
    const met = await again(ctx);
    expect(met?.factorDueAt).toBeNull();
    expect((await listPeople(met ?? late, {})).rows).not.toEqual([]);
    await prove(ctx, { verb: "factors.remove", object: id, proof: { method: "totp", code: code() } });
    await expect(removeFactor(ctx, { id })).rejects.toMatchObject({ code: "conflict" });
    expect(await eventsOf(organizationId)).toContain("security.changed:success");
  });

  it("concerns nobody of another role, and nobody before the days of grace that run from when they got it", async () => {
    const { admin, ago, as } = await ruled();
    await ago(30);
    expect((await again(admin))?.factorDueAt).toBeNull();
    const fresh = await again(await as("user_manager"));
    expect(fresh?.ability.can("view", "users")).toBe(true);
    await expect(requireFactors(await as("viewer"), { factorRoles: [], factorGraceDays: 1 })).rejects.toMatchObject({ code: "forbidden" });
  });

  it("holds at once without days of grace, and begins anew when a role is added", async () => {
    const { ctx, admin, ago } = await ruled(0);
    await ago(1);
    expect((await again(ctx))?.ability.can("view", "users")).toBe(false);
    await requireFactors(admin, { factorRoles: ["user_manager", "auditor"], factorGraceDays: 3 });
    expect((await again(ctx))?.ability.can("view", "users")).toBe(true);
    await requireFactors(admin, { factorRoles: [], factorGraceDays: 3 });
    expect((await again(ctx))?.factorDueAt).toBeNull();
  });
});

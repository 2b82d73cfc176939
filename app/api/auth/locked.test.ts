import { eq, sql } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { revokeOtherSessionsAction } from "@/app/(portal)/account/actions";
import { GET as live } from "@/app/api/live/route";
import { session } from "@/db/schema/people";
import { NotAdmitted } from "@/lib/auth/not-admitted";
import { openSession } from "@/lib/auth/open-session";
import { currentLock, requireSession } from "@/lib/ctx/session";
import { systemCtx } from "@/lib/ctx/system";
import { letTimePass, lift, place } from "@/lib/locks/testing";
import { addPhone, givePassword, provePassword } from "@/lib/mfa/testing";
import { inside } from "@/lib/runs/testing";
import { Browser, browse } from "@/lib/testing/browser";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { first, post, who } from "./testing";

vi.mock("next/headers", () => import("@/lib/testing/browser"));
useTestDatabase();
afterEach(() => void vi.useRealTimers());
process.env.AUTH_SECRET ??= "test-secret-test-secret-test-secret-00";

async function member() {
  vi.useFakeTimers({ toFake: ["Date"] });
  const t = await tenant();
  const ctx = await t.as("supervisor");
  await givePassword(ctx);
  return { ...t, ctx, email: ctx.actor.email, personId: ctx.actor.id, admin: await t.as("organization_admin"), browser: new Browser() };
}

const told = expect.stringContaining("Your account is locked: Under investigation");
const probe = () => live(new Request("http://localhost:3000/api/live?probe=1&topic=notices"), { params: Promise.resolve({}) });

describe("a locked person", () => {
  it("is told on the very next request of an open page, whatever it is, and by its stream", async () => {
    const m = await member();
    await first(m.browser, m.email);
    browse(m.browser);
    const stream = await live(new Request("http://localhost:3000/api/live?topic=notices"), { params: Promise.resolve({}) });
    await place(m.admin, "person", m.personId, { minutes: 60 });
    expect(await revokeOtherSessionsAction(null, {})).toMatchObject({ ok: false, error: { code: "locked", message: told } });
    const answer = await probe();
    expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([423, told]);
    await expect(requireSession()).rejects.toThrow("NEXT_REDIRECT");
    expect((await currentLock())?.message).toEqual(told);
    expect(await stream.text()).toContain("event: session-ended");
  });

  it("cannot sign in by the password, and is told so only with the right one", async () => {
    const m = await member();
    const other = (await (await tenant()).as("viewer")).actor.email;
    const receipt = await place(m.admin, "person", m.personId);
    expect(await first(m.browser, m.email, "wrong")).toEqual(await first(new Browser(), other, "wrong"));
    expect(await first(m.browser, m.email)).toMatchObject({ status: 423, error: told });
    expect(await who(m.browser)).toBeNull();
    expect((await eventBodies(m.organizationId, "sessions.sign_in_refused")).at(-1)).toMatchObject({ outcome: "blocked", details: { reason: "locked", lock: "person" } });
    await lift(m.admin, receipt);
    expect(await first(m.browser, m.email)).toMatchObject({ status: 200 });
  });

  it("cannot finish a second step that began before, nor begin one", async () => {
    const m = await member();
    await provePassword(m.ctx, "factors.add", m.personId);
    const app = await addPhone(m.ctx);
    expect(await first(m.browser, m.email)).toMatchObject({ error: "second-step" });
    await place(m.admin, "person", m.personId, { minutes: 60 });
    expect(await post(m.browser, "second-step", { method: "totp", code: app.code() })).toMatchObject({ status: 423, error: told });
    expect(await who(m.browser)).toBeNull();
    expect(await first(new Browser(), m.email)).toMatchObject({ status: 423, error: told });
    await letTimePass(m);
    expect(await first(new Browser(), m.email)).toMatchObject({ error: "second-step" });
  });

  it.each(["oidc", "saml"] as const)("is not let in by a provider's word either: %s", async (method) => {
    const m = await member();
    await place(m.admin, "person", m.personId);
    const ctx = systemCtx("sign-in", m.organizationId);
    const opened = inside(m, (tx) => openSession(tx, ctx, m.ctx.actor, { method, while: sql`true` }));
    const refused = await opened.catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(NotAdmitted);
    await expect((refused as NotAdmitted).record()).rejects.toMatchObject({ code: "locked" });
  });

  it("does not keep somebody else from signing in at the same browser", async () => {
    const m = await member();
    const other = await m.as("viewer");
    await givePassword(other);
    await first(m.browser, m.email);
    await place(m.admin, "person", m.personId);
    expect(await first(m.browser, other.actor.email)).toMatchObject({ status: 200 });
    expect(await who(m.browser)).toBe(other.actor.id);
  });
});

describe("a locked browser", () => {
  it("lets nobody in, whose sessions there have ended, until its cookie is another's", async () => {
    const m = await member();
    const other = await m.as("viewer");
    await givePassword(other);
    await first(m.browser, m.email);
    const [row] = await inside(m, (tx) => tx.select({ deviceId: session.deviceId }).from(session).where(eq(session.personId, m.personId)).orderBy(sql`created_at desc`).limit(1));
    const receipt = await place(m.admin, "device", row?.deviceId ?? "");
    expect(receipt.lines).toMatchObject([{ effect: "sessions", count: 1 }]);
    expect(await who(m.browser)).toBeNull();
    for (const email of [m.email, other.actor.email]) expect(await first(m.browser, email)).toMatchObject({ status: 423, error: expect.stringContaining("This browser is locked") });
    expect(await first(new Browser(), m.email)).toMatchObject({ status: 200 });
    await lift(m.admin, receipt);
    expect(await first(m.browser, other.actor.email)).toMatchObject({ status: 200 });
    expect(await who(m.browser)).toBe(other.actor.id);
  });
});

it("whose only role is locked cannot sign in, and is told so", async () => {
  const m = await member();
  const receipt = await place(m.admin, "role", "supervisor");
  expect(await first(m.browser, m.email)).toMatchObject({ status: 423, error: expect.stringContaining("Your role is locked") });
  await lift(m.admin, receipt);
  expect(await first(m.browser, m.email)).toMatchObject({ status: 200 });
});

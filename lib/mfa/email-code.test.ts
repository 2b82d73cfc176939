import { eq, sql } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { challenge } from "@/db/schema/factor";
import { person } from "@/db/schema/people";
import { auditEvent } from "@/db/stream/audit";
import { paces } from "@/lib/auth/throttle";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { loadPersonCtx } from "@/lib/ctx/person";
import { newId } from "@/lib/id";
import { inside } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { acceptedKinds } from "./accepted";
import { beginEmailCode } from "./begin-email-code";
import { confirmSent } from "./confirm-sent";
import { loadFactors } from "./load";
import { prove } from "./prove";
import { removeFactor } from "./remove-factor";
import { sendCode } from "./send-code";
import { resendSetUp } from "./resend-set-up";
import { addMailCodes, addPhone, givePassword, mailedCode, provePassword, setRules } from "./testing";

useTestDatabase();
afterEach(() => void vi.useRealTimers());

/** Somebody whose organization allows codes by mail. */
async function member(rules: Parameters<typeof setRules>[1] = {}) {
  // Waits and paces run by this clock: a slow machine must not end one.
  vi.useFakeTimers({ toFake: ["Date"] });
  const t = await tenant();
  const ctx = await t.as("viewer");
  await givePassword(ctx);
  await setRules(t, { weakFactors: ["email"], ...rules });
  await provePassword(ctx, "factors.add", ctx.actor.id);
  return { ...t, ctx, email: ctx.actor.email };
}

const again = (ctx: PersonCtx) => loadPersonCtx(ctx.actor.sessionId, { requestId: newId(), ip: null, userAgent: null });
const use = (ctx: PersonCtx, code: string) => prove(ctx, { verb: "keys.create", object: "x", proof: { method: "email", code } });
const wrong = { fields: { code: expect.any(String) } };

describe("codes by mail", () => {
  it("are not offered unless the organization allows them, and not to an address that nobody has proven", async () => {
    const { ctx } = await member({ weakFactors: [] });
    expect((await loadFactors(ctx)).offered).toEqual([]);
    await expect(beginEmailCode(ctx)).rejects.toMatchObject({ code: "forbidden" });
    await setRules(ctx, { weakFactors: ["email"] });
    expect((await loadFactors(ctx)).offered).toEqual(["email"]);
    await expect(beginEmailCode(ctx)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("no proven address") });
    expect(await mailedCode(ctx, ctx.actor.email)).toBe("none");
  });

  it("count once one of them was typed, and bring recovery codes; nobody adds them over somebody's open session", async () => {
    const { ctx, email, organizationId, as } = await member();
    await inside(ctx, (tx) => tx.update(person).set({ emailVerifiedAt: sql`now()` }).where(eq(person.id, ctx.actor.id)));
    const other = await as("viewer");
    await givePassword(other);
    await expect(beginEmailCode(other)).rejects.toMatchObject({ code: "fresh_proof_needed" });
    const { id, to } = await beginEmailCode(ctx);
    expect(to).toBe(`v•••@${email.split("@")[1]}`);
    expect((await loadFactors(ctx)).factors).toEqual([]);
    const code = await mailedCode(ctx, email);
    await expect(confirmSent(other, { id, code })).rejects.toMatchObject({ code: "not_found" });
    await expect(resendSetUp(other, { id })).rejects.toMatchObject({ code: "not_found" });
    await expect(confirmSent(ctx, { id, code: "00000000" })).rejects.toMatchObject(wrong);
    expect((await confirmSent(ctx, { id, code })).recoveryCodes).toHaveLength(10);
    expect(await loadFactors(ctx)).toMatchObject({ factors: [{ kind: "email", isTaken: true }] });
    expect(await eventsOf(organizationId)).toEqual(expect.arrayContaining(["sessions.code_sent:success", "people.factor_added:success"]));
    await expect(beginEmailCode(ctx)).rejects.toMatchObject({ code: "conflict" });
  });

  it("are no fresh proof and do not meet a role's need for a factor, unless the organization says so", async () => {
    const { ctx, email, organizationId } = await member({ factorRoles: ["viewer"], factorGraceDays: 0 });
    await addMailCodes(ctx);
    expect((await again(ctx))?.factorDueAt).not.toBeNull();
    await expect(sendCode(ctx, { kind: "email" })).rejects.toMatchObject({ code: "conflict" });
    await expect(use(ctx, "12345678")).rejects.toMatchObject(wrong);
    await provePassword(ctx, "keys.create", "x");
    await setRules({ organizationId }, { weakFactorsCount: true });
    expect((await again(ctx))?.factorDueAt).toBeNull();
    await sendCode(ctx, { kind: "email" });
    await expect(provePassword(ctx, "keys.create", "x")).rejects.toMatchObject({ code: "invalid_input" });
    await expect(use(ctx, await mailedCode(ctx, email))).resolves.toMatchObject({ verb: "keys.create" });
  });

  it("give no way past a stronger factor where a role requires one", async () => {
    const { ctx } = await member();
    await addMailCodes(ctx);
    await provePassword(ctx, "factors.add", ctx.actor.id);
    const app = await addPhone(ctx);
    const kinds = () => inside(ctx, (tx) => acceptedKinds(tx, ctx.actor.id, "sign_in"));
    expect(await kinds()).toEqual(["email", "totp"]);
    await setRules(ctx, { factorRoles: ["viewer"] });
    expect(await kinds()).toEqual(["totp"]);
    await setRules(ctx, { factorRoles: ["viewer"], weakFactorsCount: true });
    expect(await kinds()).toEqual(["email", "totp"]);
    await setRules(ctx, { factorRoles: ["viewer"], weakFactorsCount: false });
    await prove(ctx, { verb: "factors.remove", object: app.id, proof: { method: "totp", code: app.code() } });
    await expect(removeFactor(ctx, { id: app.id })).rejects.toMatchObject({ code: "conflict" });
  });

  it("end when the organization takes them away: the password alone is asked for, and the account says so", async () => {
    const { ctx } = await member();
    await addMailCodes(ctx);
    await setRules(ctx, { weakFactors: [] });
    expect(await loadFactors(ctx)).toMatchObject({ factors: [{ kind: "email", isTaken: false }], offered: [] });
    expect(await inside(ctx, (tx) => acceptedKinds(tx, ctx.actor.id, "sign_in"))).toEqual([]);
  });
});

describe("attacks on a code that was sent", () => {
  async function counting() {
    const m = await member({ weakFactorsCount: true });
    await addMailCodes(m.ctx);
    const ask = async () => {
      await sendCode(m.ctx, { kind: "email" });
      return mailedCode(m.ctx, m.email);
    };
    return { ...m, ask };
  }

  it("it is taken once, also of several at the same moment, and the one before it not at all", async () => {
    const { ctx, ask } = await counting();
    const [old, code] = [await ask(), await ask()];
    await expect(use(ctx, old)).rejects.toMatchObject(wrong);
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => use(ctx, code)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(use(ctx, code)).rejects.toMatchObject(wrong);
  });

  it("it is worth nothing after ten minutes, in another session, or for somebody else", async () => {
    const { ctx, email, ask, as } = await counting();
    const code = await ask();
    const elsewhere = { ...ctx, actor: { ...ctx.actor, sessionId: newId() } };
    await expect(use(elsewhere, code)).rejects.toThrow();
    const other = await as("viewer");
    await givePassword(other);
    await provePassword(other, "factors.add", other.actor.id);
    await addMailCodes(other);
    await expect(use(other, code)).rejects.toMatchObject(wrong);
    await inside(ctx, (tx) => tx.update(challenge).set({ expiresAt: sql`now()` }).where(eq(challenge.boundTo, ctx.actor.sessionId)));
    await expect(use(ctx, code)).rejects.toMatchObject(wrong);
    expect(await mailedCode(ctx, email)).toBe(code);
  });

  it("one that was sent to the address of before a change opens nothing", async () => {
    const { ctx, ask } = await counting();
    const code = await ask();
    await inside(ctx, (tx) => tx.update(person).set({ email: `new-${newId()}@example.test` }).where(eq(person.id, ctx.actor.id)));
    await expect(use(ctx, code)).rejects.toMatchObject(wrong);
  });

  it("one that sets up a factor is no proof, and a proof sets up nothing", async () => {
    const { ctx, email, ask } = await counting();
    const { factors } = await loadFactors(ctx);
    await sendCode(ctx, { kind: "email" });
    await use(ctx, await mailedCode(ctx, email));
    await prove(ctx, { verb: "factors.remove", object: factors[0]?.id ?? "", proof: { method: "email", code: await ask() } });
    await prove(ctx, { verb: "factors.add", object: ctx.actor.id, proof: { method: "email", code: await ask() } });
    const proof = await ask();
    // The pace of mails, by this clock, is not what is tried here.
    vi.setSystemTime(Date.now() + 3_600_000);
    await removeFactor(ctx, { id: factors[0]?.id ?? "" });
    const { id } = await beginEmailCode(ctx);
    await expect(confirmSent(ctx, { id, code: proof })).rejects.toMatchObject(wrong);
    await expect(use(ctx, await mailedCode(ctx, email))).rejects.toMatchObject(wrong);
  });

  it("guesses wait longer and longer, also many at once, and no code is sent without an end", async () => {
    const { ctx, ask } = await counting();
    const code = await ask();
    const guess = String((Number(code) + 1) % 100_000_000).padStart(8, "0");
    const outcomes = await Promise.all(Array.from({ length: paces.factor.free + 5 }, () => use(ctx, guess).catch((error: { code: string }) => error.code)));
    expect(outcomes.filter((each) => each === "invalid_input").length).toBeLessThanOrEqual(paces.factor.free + 1);
    await expect(use(ctx, code)).rejects.toMatchObject({ code: "rate_limited" });
    // One to set it up, one above.
    for (let sent = 2; sent < 5; sent += 1) await ask();
    await expect(ask()).rejects.toMatchObject({ code: "rate_limited", retryAfterSeconds: expect.any(Number) });
  });

  it("it is in the mail alone: not in a table or in the audit", async () => {
    const { ctx, ask } = await counting();
    const code = await ask();
    const kept = await inside(ctx, async (tx) => [await tx.select().from(challenge), await tx.select({ body: auditEvent.body }).from(auditEvent)]);
    expect(JSON.stringify(kept).includes(code)).toBe(false);
  });
});

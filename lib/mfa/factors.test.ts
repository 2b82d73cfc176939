import { eq } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { factor, recoveryCode } from "@/db/schema/factor";
import { notice } from "@/db/schema/message";
import { auditEvent } from "@/db/stream/audit";
import { unseal, seal } from "@/lib/auth/seal";
import { paces } from "@/lib/auth/throttle";
import { env } from "@/lib/env";
import { inside } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { beginTotp } from "./begin-totp";
import { confirmTotp } from "./confirm-totp";
import { loadFactors } from "./load";
import { prove } from "./prove";
import { resetFactors } from "./reset-factors";
import { removeFactor } from "./remove-factor";
import { renewRecoveryCodes } from "./renew-recovery-codes";
import { addPhone, givePassword, phone, provePassword } from "./testing";

useTestDatabase();
afterEach(() => void vi.useRealTimers());
/** Codes change with the clock: a slow machine must not make one of them old. */
const stopTheClock = () => vi.useFakeTimers({ toFake: ["Date"] });

async function person() {
  stopTheClock();
  const t = await tenant();
  const ctx = await t.as("viewer");
  await givePassword(ctx);
  return { ...t, ctx, add: () => provePassword(ctx, "factors.add", ctx.actor.id) };
}

describe("an authenticator app", () => {
  it("counts once a code of it was seen, and brings recovery codes with it", async () => {
    const { ctx, add, organizationId } = await person();
    await add();
    const { id, secret, qr } = await beginTotp(ctx, { name: "Phone" });
    expect(qr.path.length).toBeGreaterThan(1000);
    expect((await loadFactors(ctx)).factors).toEqual([]);
    await expect(confirmTotp(ctx, { id, code: "000000" })).rejects.toMatchObject({ fields: { code: expect.any(String) } });
    const { recoveryCodes } = await confirmTotp(ctx, { id, code: phone(secret).code() });
    expect(new Set(recoveryCodes).size).toBe(10);
    expect(await loadFactors(ctx)).toMatchObject({ factors: [{ id, kind: "totp", name: "Phone" }], recoveryCodes: 10 });
    expect(await eventsOf(organizationId)).toContain("people.factor_added:success");
    await expect(confirmTotp(ctx, { id, code: phone(secret).code(1) })).rejects.toMatchObject({ code: "not_found" });
  });

  it("is not added by whoever sits at somebody's open session without their password", async () => {
    const { ctx } = await person();
    const refused = { code: "fresh_proof_needed", freshProof: { verb: "factors.add", object: ctx.actor.id, ways: ["password"] } };
    await expect(beginTotp(ctx, { name: "Mine now" })).rejects.toMatchObject(refused);
    await expect(provePasswordWrong(ctx)).rejects.toMatchObject({ fields: { password: expect.any(String) } });
    await expect(beginTotp(ctx, { name: "Mine now" })).rejects.toMatchObject(refused);
  });

  it("asks for a factor that is there already before a second one is added; the password is no proof any more", async () => {
    const { ctx, add } = await person();
    await add();
    const first = await addPhone(ctx);
    await expect(add()).rejects.toMatchObject({ fields: { password: expect.any(String) } });
    await prove(ctx, { verb: "factors.add", object: ctx.actor.id, proof: { method: "totp", code: first.code() } });
    expect((await addPhone(ctx, "Tablet")).recoveryCodes).toEqual([]);
    expect((await loadFactors(ctx)).factors.map(({ name }) => name)).toEqual(["Phone", "Tablet"]);
  });

  it("is confirmed by nobody else, of the same or another organization", async () => {
    const { ctx, add, as } = await person();
    await add();
    const { id, secret } = await beginTotp(ctx, { name: "Phone" });
    for (const other of [await as("organization_admin"), await (await tenant()).as("super_admin")]) {
      await expect(confirmTotp(other, { id, code: phone(secret).code() })).rejects.toMatchObject({ code: "not_found" });
      await expect(removeFactor(other, { id })).rejects.toMatchObject({ code: "not_found" });
    }
  });

  it("takes each code once, also of several at the same moment, and none before one that was taken", async () => {
    const { ctx, add } = await person();
    await add();
    const app = await addPhone(ctx);
    const use = (code: string) => prove(ctx, { verb: "factors.renew_codes", object: ctx.actor.id, proof: { method: "totp", code } });
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => use(app.code(1))));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    vi.setSystemTime(Date.now() + 3_600_000);
    await use(app.code());
    for (const steps of [0, -1]) await expect(use(app.code(steps))).rejects.toMatchObject({ fields: { code: expect.any(String) } });
    await expect(use(app.code(2))).rejects.toMatchObject({ fields: { code: expect.any(String) } });
    await expect(use(app.code(1))).resolves.toBeDefined();
  });

  it("makes whoever guesses wait longer and longer", async () => {
    const { ctx, add } = await person();
    await add();
    const app = await addPhone(ctx);
    const guess = (code: string) => prove(ctx, { verb: "keys.create", object: "x", proof: { method: "totp", code } }).catch((error: { code: string }) => error.code);
    const wrong = app.code(10);
    for (let tries = 0; tries <= paces.factor.free; tries += 1) expect(await guess(wrong)).toBe("invalid_input");
    expect([await guess(wrong), await guess(app.code())]).toEqual(["rate_limited", "rate_limited"]);
  });

  it("leaves its secret nowhere: not in the database, the audit or a notice", async () => {
    const { ctx, add, organizationId } = await person();
    await add();
    const { id, secret, recoveryCodes } = await addPhone(ctx);
    const stored = await inside(ctx, async (tx) => [await tx.select().from(factor), await tx.select().from(recoveryCode), await tx.select().from(auditEvent), await tx.select().from(notice)]);
    const text = JSON.stringify(stored, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    const bytes = Buffer.from(JSON.stringify(stored.flat().flatMap((row) => ("secret" in row && row.secret ? [row.secret.toString("latin1")] : []))), "utf8").toString("latin1");
    for (const hidden of [secret, ...recoveryCodes]) expect(`${text}${bytes}`.includes(hidden)).toBe(false);
    expect(organizationId).toBe(ctx.organizationId);
    await prove(ctx, { verb: "factors.remove", object: id, proof: { method: "recovery", code: recoveryCodes[0] ?? "" } });
    await removeFactor(ctx, { id });
    expect(await inside(ctx, (tx) => tx.select({ secret: factor.secret }).from(factor).where(eq(factor.id, id)))).toEqual([{ secret: null }]);
    expect(await loadFactors(ctx)).toMatchObject({ factors: [], recoveryCodes: 0 });
  });
});

const provePasswordWrong = (ctx: Parameters<typeof prove>[0]) => prove(ctx, { verb: "factors.add", object: ctx.actor.id, proof: { method: "password", password: "a guess" } });

describe("factors that were lost", () => {
  it("are removed by an admin with a proof of their own, never for a role above theirs or for themself, and the person is told", async () => {
    const { ctx, add, as } = await person();
    await add();
    const { recoveryCodes } = await addPhone(ctx);
    const [admin, above, beside] = [await as("organization_admin"), await as("super_admin"), await as("user_manager")];
    await addPhone(above);
    await expect(resetFactors(beside, { id: ctx.actor.id })).rejects.toMatchObject({ code: "forbidden" });
    await expect(resetFactors(admin, { id: above.actor.id })).rejects.toMatchObject({ code: "forbidden" });
    await expect(resetFactors(admin, { id: admin.actor.id })).rejects.toMatchObject({ code: "conflict" });
    await givePassword(admin);
    await expect(resetFactors(admin, { id: ctx.actor.id })).rejects.toMatchObject({ code: "fresh_proof_needed" });
    await provePassword(admin, "factors.reset", ctx.actor.id);
    expect(await resetFactors(admin, { id: ctx.actor.id })).toEqual({ removed: 1 });
    expect(await loadFactors(ctx)).toMatchObject({ factors: [], recoveryCodes: 0 });
    await expect(prove(ctx, { verb: "keys.create", object: "x", proof: { method: "recovery", code: recoveryCodes[0] ?? "" } })).rejects.toMatchObject({ code: "invalid_input" });
    const told = await inside(ctx, (tx) => tx.select({ title: notice.title }).from(notice).where(eq(notice.personId, ctx.actor.id)));
    expect(told.map(({ title }) => title)).toContain(`${admin.actor.name} removed your second factors`);
  });
});

describe("recovery codes", () => {
  it("are good once each, however they are typed, and their person hears of it", async () => {
    const { ctx, add } = await person();
    await add();
    const { recoveryCodes } = await addPhone(ctx);
    const use = (code: string) => prove(ctx, { verb: "keys.create", object: "x", proof: { method: "recovery", code } });
    const [first = "", second = ""] = recoveryCodes;
    await use(first);
    await expect(use(first)).rejects.toMatchObject({ fields: { code: expect.any(String) } });
    await use(` ${second.toLowerCase().replaceAll("-", " ")} `);
    expect((await loadFactors(ctx)).recoveryCodes).toBe(8);
    const told = await inside(ctx, (tx) => tx.select({ title: notice.title, body: notice.body }).from(notice));
    expect(told.filter(({ title }) => title.includes("recovery code")).map(({ body }) => /(\d+) are left/.exec(body)?.[1]).sort()).toEqual(["8", "9"]);
  });

  it("of before end when new ones are made, and are nobody else's", async () => {
    const { ctx, add, as } = await person();
    await add();
    const app = await addPhone(ctx);
    const [mine = "", ...rest] = app.recoveryCodes;
    const other = await as("viewer");
    await addPhone(other);
    await expect(prove(other, { verb: "keys.create", object: "x", proof: { method: "totp", code: app.code() } })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(prove(other, { verb: "keys.create", object: "x", proof: { method: "recovery", code: mine } })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(renewRecoveryCodes(ctx)).rejects.toMatchObject({ code: "fresh_proof_needed" });
    await prove(ctx, { verb: "factors.renew_codes", object: ctx.actor.id, proof: { method: "totp", code: app.code() } });
    const { recoveryCodes } = await renewRecoveryCodes(ctx);
    await expect(prove(ctx, { verb: "keys.create", object: "x", proof: { method: "recovery", code: rest[0] ?? "" } })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(prove(ctx, { verb: "keys.create", object: "x", proof: { method: "recovery", code: recoveryCodes[0] ?? "" } })).resolves.toBeDefined();
  });
});

describe("what is sealed", () => {
  it("opens with the same secret, purpose and owner only", () => {
    const sealed = seal("test", "row 1", Buffer.from("hello"));
    expect(unseal("test", "row 1", sealed)?.toString()).toBe("hello");
    expect([unseal("test", "row 2", sealed), unseal("other", "row 1", sealed), unseal("test", "row 1", sealed.subarray(0, 20))]).toEqual([null, null, null]);
    const changed = Buffer.from(sealed);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    expect(unseal("test", "row 1", changed)).toBeNull();
    const before = env().AUTH_SECRET;
    env().AUTH_SECRET = "another-secret-another-secret-another";
    expect(unseal("test", "row 1", sealed)).toBeNull();
    env().AUTH_SECRET = before;
  });
});

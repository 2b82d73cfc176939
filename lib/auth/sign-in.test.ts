import { eq } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { person, roleGrant } from "@/db/schema/people";
import { auditEvent } from "@/db/stream/audit";
import { inTenant } from "@/db/tenant";
import { loadPersonCtx, type RequestInfo } from "@/lib/ctx/person";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { hashPassword } from "./password";
import { signIn } from "./sign-in";
import { signOut } from "./sign-out";
import { paces } from "./throttle";

useTestDatabase();
afterEach(() => void vi.useRealTimers());
/** The first wait is two seconds: a machine that takes longer for one password would let the next guess through. */
const stopTheClock = () => vi.useFakeTimers({ toFake: ["Date"] });

const password = "quarter lantern orbit mosaic";
let address = 0;
const from = (ip = `198.51.100.${(address += 1)}`): RequestInfo => ({ requestId: newId(), ip, userAgent: "test browser" });

async function memberWithPassword(changes: Partial<typeof person.$inferInsert> = {}) {
  const { organizationId, as } = await tenant();
  const { actor } = await as("supervisor");
  const passwordHash = await hashPassword(password);
  await inTenant(database(), organizationId, (tx) => tx.update(person).set({ passwordHash, ...changes }).where(eq(person.id, actor.id)));
  return { organizationId, personId: actor.id, email: actor.email };
}

const eventsOf = (organizationId: string) =>
  inTenant(database(), organizationId, async (tx) => {
    const rows = await tx.select({ action: auditEvent.action, actorId: auditEvent.actorId, body: auditEvent.body }).from(auditEvent).orderBy(auditEvent.seq);
    return rows.map((row) => ({ ...row, details: JSON.parse(row.body).details as Record<string, unknown> }));
  });

describe("signIn", () => {
  it("opens a new session each time and says in the audit who came in, from where", async () => {
    const { organizationId, personId, email } = await memberWithPassword();
    const first = await signIn(from(), { email, password });
    const second = await signIn(from(), { email, password });
    expect(first.sessionId).not.toBe(second.sessionId);
    expect((await loadPersonCtx(second.sessionId, from()))?.actor.id).toBe(personId);
    const events = await eventsOf(organizationId);
    expect(events.map((event) => [event.action, event.actorId])).toEqual([["sessions.signed_in", personId], ["sessions.signed_in", personId]]);
  });

  it("answers a wrong password, an unknown address, a suspended person and one without a role with the same words", async () => {
    const ended = { validUntil: new Date(Date.now() - 1_000), validFrom: new Date(Date.now() - 10_000) };
    const [right, suspended, past] = [await memberWithPassword(), await memberWithPassword({ status: "suspended" }), await memberWithPassword()];
    await inTenant(database(), past.organizationId, (tx) => tx.update(roleGrant).set(ended).where(eq(roleGrant.personId, past.personId)));
    const attempts = [
      signIn(from(), { email: right.email, password: "not the one" }),
      signIn(from(), { email: "nobody@example.test", password }),
      signIn(from(), { email: suspended.email, password }),
      signIn(from(), { email: past.email, password }),
    ];
    const messages = await Promise.all(attempts.map((attempt) => attempt.then(() => "came in", (error: Error) => error.message)));
    expect(new Set(messages)).toEqual(new Set(["This email address and password do not let you in."]));
    const reasons = await Promise.all([right, suspended, past].map(async (who) => (await eventsOf(who.organizationId)).map((event) => [event.action, event.details.reason])));
    const noAccess = "no access: not active, or no role in force";
    expect(reasons).toEqual([
      [["sessions.sign_in_refused", "wrong password"]],
      [["sessions.sign_in_refused", noAccess]],
      [["sessions.sign_in_refused", noAccess]],
    ]);
  });

  it("makes a guesser wait longer and longer, and nobody else", async () => {
    stopTheClock();
    const { email } = await memberWithPassword();
    const guesser = from();
    for (let tries = 0; tries <= paces.pair.free; tries += 1) {
      await expect(signIn(guesser, { email, password: "wrong" })).rejects.toMatchObject({ code: "unauthenticated" });
    }
    await expect(signIn(guesser, { email, password })).rejects.toMatchObject({ code: "rate_limited" });
    await expect(signIn(from(), { email, password })).resolves.toHaveProperty("sessionId");
  });

  it("lets no more guesses through when they all come at once", async () => {
    stopTheClock();
    const { email } = await memberWithPassword();
    const guesser = from();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => signIn(guesser, { email, password: "wrong" }).catch((error: { code: string }) => error.code)),
    );
    expect(outcomes.filter((code) => code === "unauthenticated")).toHaveLength(paces.pair.free + 1);
  });
});

describe("signOut", () => {
  it("ends the session at once, and is told once", async () => {
    const { organizationId, email } = await memberWithPassword();
    const { sessionId } = await signIn(from(), { email, password });
    const ctx = await loadPersonCtx(sessionId, from());
    if (!ctx) throw new Error("the session was just opened");
    await signOut(ctx);
    expect(await loadPersonCtx(sessionId, from())).toBeNull();
    expect((await eventsOf(organizationId)).map((event) => event.action)).toEqual(["sessions.signed_in", "sessions.signed_out"]);
  });
});

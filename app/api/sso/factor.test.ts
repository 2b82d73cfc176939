import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { pendingSignIn } from "@/db/schema/factor";
import { person, session } from "@/db/schema/people";
import { securitySetting } from "@/db/schema/security";
import { ssoSession } from "@/db/schema/sso";
import { secondStepCookie } from "@/lib/auth/second-step-cookie";
import { loadPersonCtx } from "@/lib/ctx/person";
import { newId } from "@/lib/id";
import { completeSignIn } from "@/lib/mfa/complete-sign-in";
import { addPhone } from "@/lib/mfa/testing";
import { inside } from "@/lib/runs/testing";
import { connectOidc } from "@/lib/sso/connect-oidc";
import { ClaimMapping } from "@/lib/sso/mapping";
import { at, organizationWith, portal, request } from "@/lib/sso/testing-flow";
import { client, forgingProvider } from "@/lib/sso/testing-oidc";
import { Browser } from "@/lib/testing/browser";
import { useTestDatabase } from "@/lib/testing/database";
import { GET as callback } from "./oidc/[id]/route";
import { begin, finish } from "./testing";

vi.mock("next/headers", () => import("@/lib/testing/browser"));
useTestDatabase();

let forger: Awaited<ReturnType<typeof forgingProvider>>;
let org: Awaited<ReturnType<typeof organizationWith>>;
beforeAll(async () => {
  forger = await forgingProvider();
  org = await organizationWith((admin) => connectOidc(admin, { name: "IdP", discoveryUrl: forger.issuer, ...client }), "email");
  await org.set({ mapping: ClaimMapping.parse({ defaultRole: "viewer" }) });
  // The rule is a month old, and so are its days of grace.
  const long = new Date(Date.now() - 60 * 86_400_000);
  await inside(org, (tx) => tx.insert(securitySetting).values({ organizationId: org.organizationId, factorRoles: ["supervisor"], factorGraceDays: 0, factorSince: long }));
});
afterAll(() => forger.stop());

const info = () => ({ requestId: newId(), ip: "192.0.2.1", userAgent: "test" });

/** Signs somebody with a role in whose provider says by what; gives who has a session then, and the browser. */
async function enter(email: string, amr: string[]) {
  forger.forge = (token) => ({ ...token, claims: { ...token.claims, sub: email, email, amr } });
  const browser = new Browser();
  const { url } = await begin(browser, email);
  const asked = new URL(url).searchParams;
  forger.nonce = asked.get("nonce") ?? "";
  const sent = new URLSearchParams({ code: "code", state: asked.get("state") ?? "", iss: forger.issuer });
  browser.take(await callback(request(browser, `${portal}/api/sso/oidc/${org.id}?${sent}`), at(org.id)));
  return { who: await finish(browser), step: browser.jar.get(secondStepCookie().name) ?? null };
}

async function supervisor(name: string) {
  const ctx = await org.as("supervisor");
  const email = `${name}@${org.domain}`;
  await inside(org, (tx) => tx.update(person).set({ email }).where(eq(person.id, ctx.actor.id)));
  return { ctx, email };
}

const rightsOf = async (personId: string) => {
  const [last] = await inside(org, (tx) => tx.select({ id: session.id, factor: session.factor }).from(session).where(eq(session.personId, personId)).orderBy(session.createdAt)).then((rows) => rows.slice(-1));
  const ctx = await loadPersonCtx(last?.id ?? "", info());
  return { factor: last?.factor ?? null, may: ctx?.ability.can("view", "runs") ?? false };
};

describe("a role that must have a second factor", () => {
  it("is not satisfied by what a provider says, unless the connection takes its word for it", async () => {
    const { ctx, email } = await supervisor("said");
    expect((await enter(email, ["pwd", "mfa"])).who).toBe(email);
    expect(await rightsOf(ctx.actor.id)).toEqual({ factor: null, may: false });
    await org.set({ trustFactor: "when_said" });
    await enter(email, ["pwd"]);
    expect(await rightsOf(ctx.actor.id)).toEqual({ factor: null, may: false });
    await enter(email, ["pwd", "mfa"]);
    expect(await rightsOf(ctx.actor.id)).toEqual({ factor: "provider", may: true });
    await org.set({ trustFactor: "always" });
    await enter(email, []);
    expect(await rightsOf(ctx.actor.id)).toEqual({ factor: "provider", may: true });
    await org.set({ trustFactor: "never" });
  });

  it("is asked for the factor that they have here, and has no session before", async () => {
    const { ctx, email } = await supervisor("asked");
    const phone = await addPhone(ctx);
    const { who, step } = await enter(email, ["pwd", "mfa"]);
    expect([who, step]).toEqual([null, expect.any(String)]);
    await expect(completeSignIn(info(), step ?? "", { method: "totp", code: "000000" })).rejects.toMatchObject({ code: "unauthenticated" });
    const done = await completeSignIn(info(), step ?? "", { method: "totp", code: phone.code() });
    expect(await rightsOf(ctx.actor.id)).toEqual({ factor: "totp", may: true });
    const [row] = await inside(org, (tx) => tx.select({ method: session.method, subject: ssoSession.subject }).from(session).innerJoin(ssoSession, eq(ssoSession.sessionId, session.id)).where(eq(session.id, done.sessionId)));
    expect(row).toEqual({ method: "oidc", subject: email });
    await expect(completeSignIn(info(), step ?? "", { method: "totp", code: phone.code(1) })).rejects.toMatchObject({ code: "gone" });
  });

  it("asks nobody else, though they have a factor", async () => {
    const ctx = await org.as("viewer");
    const email = `free@${org.domain}`;
    await inside(org, (tx) => tx.update(person).set({ email }).where(eq(person.id, ctx.actor.id)));
    await addPhone(ctx);
    expect(await enter(email, ["pwd"])).toEqual({ who: email, step: null });
    expect(await inside(org, (tx) => tx.select().from(pendingSignIn).where(eq(pendingSignIn.personId, ctx.actor.id)))).toEqual([]);
  });
});

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { auditEvent } from "@/db/stream/audit";
import { inTenant } from "@/db/tenant";
import { loadPersonCtx } from "@/lib/ctx/person";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { createFirstAdmin, loadBootstrapLink } from "./first-admin";
import { signIn } from "./sign-in";

const current = useTestDatabase().current;
const run = promisify(execFile);
const password = "quarter lantern orbit mosaic";
const info = () => ({ requestId: newId(), ip: "198.51.100.9", userAgent: "test" });

/** What the script prints, as `npm start` reads it. */
async function bootstrap(...args: string[]): Promise<string | null> {
  const { adminUrl, url } = current();
  const env = { ...process.env, DATABASE_ADMIN_URL: adminUrl, DATABASE_URL: url, APP_URL: "http://localhost:3000" };
  const { stdout } = await run(process.execPath, ["--import", "tsx", "scripts/bootstrap.ts", ...args], { env });
  const { link } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as { link: string | null };
  return link?.replace("http://localhost:3000/first/", "") ?? null;
}

describe("the bootstrap link", () => {
  it("makes one organization with one super admin, once, for one of several at the same moment", async () => {
    const replaced = await bootstrap();
    const token = (await bootstrap()) ?? "";
    expect(token).toMatch(/^[\w-]{43}$/);
    expect([await loadBootstrapLink(replaced ?? "", null), await loadBootstrapLink(token, null)]).toEqual([null, { organization: null }]);

    const attempt = (email: string) => createFirstAdmin(info(), { token, organizationName: `Acme ${email}`, timeZone: "Europe/Vienna", name: "Fay First", email, password });
    await expect(createFirstAdmin(info(), { token, name: "Fay First", email: "a@acme.test", password })).rejects.toMatchObject({ fields: { organizationName: expect.any(String) } });
    const outcomes = await Promise.allSettled([attempt("a@acme.test"), attempt("b@acme.test"), attempt("c@acme.test")]);
    const won = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.email] : []));
    expect(won).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.status === "rejected").map((outcome) => (outcome.reason as { code: string }).code)).toEqual(["gone", "gone"]);

    const { sessionId } = await signIn(info(), { email: won[0] ?? "", password });
    const ctx = await loadPersonCtx(sessionId, info());
    expect(ctx?.actor.roles).toMatchObject([{ role: "super_admin", workspaceId: null }]);
    const events = await inTenant(database(), ctx?.organizationId ?? "", (tx) => tx.select({ action: auditEvent.action }).from(auditEvent).orderBy(auditEvent.seq));
    expect(events.map((event) => event.action)).toEqual(["organization.created", "people.activated", "people.role_granted", "sessions.signed_in"]);
    await expect(attempt("d@acme.test")).rejects.toMatchObject({ code: "gone" });
    expect(await bootstrap()).toBeNull();
  });

  it("is not there for a token nobody made", async () => {
    await tenant();
    expect(await loadBootstrapLink("x".repeat(43), null)).toBeNull();
    expect(await loadBootstrapLink("../../etc", null)).toBeNull();
  });
});

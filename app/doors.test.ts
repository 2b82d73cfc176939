import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { encode } from "next-auth/jwt";
import { eq, like, sql } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { acceptInvitationAction } from "@/app/(auth)/invitation/[token]/actions";
import { mail } from "@/db/schema/message";
import { person, roleGrant, session } from "@/db/schema/people";
import { sessionCookie, sessionToken } from "@/lib/auth/cookie";
import { newToken } from "@/lib/auth/token";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";
import { removePerson } from "@/lib/people/remove";
import { revokeRole } from "@/lib/people/revoke-role";
import { inside } from "@/lib/runs/testing";
import type { Attempt } from "@/lib/testing/attempts/attempt";
import { chat } from "@/lib/testing/attempts/chat";
import { directory } from "@/lib/testing/attempts/directory";
import { factors } from "@/lib/testing/attempts/factors";
import { leases } from "@/lib/testing/attempts/leases";
import { locks } from "@/lib/testing/attempts/locks";
import { governance } from "@/lib/testing/attempts/governance";
import { network } from "@/lib/testing/attempts/network";
import { oversight } from "@/lib/testing/attempts/oversight";
import { people } from "@/lib/testing/attempts/people";
import { proofs } from "@/lib/testing/attempts/proofs";
import { queue } from "@/lib/testing/attempts/queue";
import { security } from "@/lib/testing/attempts/security";
import { sso } from "@/lib/testing/attempts/sso";
import { work } from "@/lib/testing/attempts/work";
import { Browser, browse } from "@/lib/testing/browser";
import { type Place, type World, world } from "@/lib/testing/world";
import { useWorldParts } from "@/lib/testing/world-parts";

vi.mock("next/headers", () => import("@/lib/testing/browser"));
useWorldParts();

const attempts: Record<string, Attempt> = { ...work, ...chat, ...oversight, ...people, ...directory, ...security, ...factors, ...sso, ...leases, ...proofs, ...locks, ...network, ...governance, ...queue };
type Answer = { status: number; text: string };
type Door = { name: string; knock: (place: Place, w: World) => Promise<Answer>; attempt: Attempt | null };

const filesOf = (ending: string) => readdirSync("app", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(ending)).sort();
const shown = (result: { ok: boolean; error?: { code: string } }): Answer => ({ status: result.ok ? 200 : statuses[result.error?.code ?? ""] ?? 500, text: JSON.stringify(result) });
const statuses: Record<string, number> = { unauthenticated: 401, forbidden: 403, not_found: 404, invalid_input: 400, conflict: 409, gone: 410, rate_limited: 429 };

const newcomer = () => ({ token: newToken().token, name: "New", password: "quarter lantern orbit mosaic" });
/** What is sent to the doors that a one-time link opens: a link that nobody made. */
const withGuess: Record<string, () => unknown> = {
  AcceptInvitation: newcomer,
  ConfirmEmail: () => ({ token: newToken().token }),
  OfferSecondStep: () => ({}),
  SendSecondStep: () => ({ kind: "email" }),
  RequestReset: () => ({ email: "nobody@example.test" }),
  ResetPassword: () => ({ token: newToken().token, password: "quarter lantern orbit mosaic" }),
  CreateFirstAdmin: () => ({ ...newcomer(), email: "new@example.test", organizationName: "New" }),
};

/** Every `export const x = action(XInput, …)` of the source, tried with what its verb's attempt sends. */
async function actions(): Promise<Door[]> {
  const found = filesOf("actions.ts").filter((file) => readFileSync(path.join("app", file), "utf8").startsWith('"use server"'));
  const doors = await Promise.all(
    found.map(async (file) => {
      const source = readFileSync(path.join("app", file), "utf8");
      const exported = [...source.matchAll(/^export (?:const|async function) (\w+)/gm)].map(([, name = ""]) => name);
      const exports = (await import(path.resolve("app", file))) as Record<string, (state: null, input: unknown) => Promise<{ ok: boolean }>>;
      return exported.map((name): Door => {
        const verb = new RegExp(`export const ${name} = (?:action|openAction)\\((\\w+)Input,`).exec(source)?.[1] ?? "";
        const attempt = attempts[`${verb.charAt(0).toLowerCase()}${verb.slice(1)}`] ?? null;
        return { name: `${file} ${name}`, attempt, knock: async (place, w) => shown((await exports[name]?.(null, attempt?.input(place, w) ?? withGuess[verb]?.())) ?? { ok: true }) };
      });
    }),
  );
  return doors.flat();
}

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;
type Route = { method: "GET" | "POST"; query?: (place: Place, w: World) => string; params?: (place: Place, w: World) => Record<string, string>; needs: string };

/** Routes behind a session, with the verb that each of them is a door to. */
const routes: Record<string, Route> = {
  "(portal)/audit/archives/[id]/route.ts": { method: "GET", params: (_, w) => ({ id: w.archiveId }), needs: "openArchive" },
  "(portal)/audit/checkpoint/route.ts": { method: "GET", needs: "latestCheckpoint" },
  "(portal)/audit/export/route.ts": { method: "GET", query: () => "?format=jsonl", needs: "exportAudit" },
  "(portal)/audit/key/route.ts": { method: "GET", needs: "auditStanding" },
  "(portal)/audit/verify/route.ts": { method: "POST", needs: "authorizeVerify" },
  "(portal)/runs/[id]/file/route.ts": { method: "GET", params: (p) => ({ id: p.run.runId }), query: (p) => `?name=${p.fileName}`, needs: "readFile" },
  "(portal)/runs/[id]/output/route.ts": { method: "GET", params: (p) => ({ id: p.run.runId }), query: () => "?stdout=0&stderr=0", needs: "followOutput" },
  "api/budgets/[id]/route.ts": { method: "GET", params: (p) => ({ id: p.budgetId }), query: (p) => `?window=${p.windowId}`, needs: "exportDays" },
  "api/proofs/[id]/route.ts": { method: "GET", params: (p) => ({ id: p.approvalId }), needs: "exportProof" },
  "api/live/route.ts": { method: "GET", query: (p) => `?probe=1&topic=run:${p.run.runId},action:${p.pending.id}`, needs: "liveStream" },
};

/** Routes without a session, and where they are tried; what they tell everybody is tried here. */
const elsewhere: Record<string, string> = {
  "api/auth/[...nextauth]/route.ts": "app/api/auth/sign-in.test.ts",
  "api/sso/logout/[id]/route.ts": "app/api/sso/logout.test.ts",
  "api/sso/oidc/[id]/route.ts": "app/api/sso/oidc.test.ts",
  "api/sso/saml/[id]/route.ts": "app/api/sso/saml.test.ts",
  "api/sso/saml-logout/[id]/route.ts": "app/api/sso/saml-logout.test.ts",
  "api/sso/start/route.ts": "app/api/sso/oidc.test.ts",
  "api/chat/[id]/route.ts": "app/api/chat/deciding.test.ts",
  "api/inngest/route.ts": "app/api/inngest/route.test.ts",
  "api/scim/v2/[...path]/route.ts": "app/api/scim/v2/scim.test.ts",
  "api/v1/[[...path]]/route.ts": "app/api/v1/access.test.ts",
  "clients/[language]/[file]/route.ts": "app/clients/clients.test.ts",
};
const open = new Set(["healthz/route.ts", "readyz/route.ts", "metrics/route.ts", "api/leases/jwks/route.ts"]);
const signed = ["api/runner/output/route.ts", "api/runner/result/route.ts"];

async function handlers(file: string): Promise<Record<string, Handler>> {
  return (await import(path.resolve("app", file))) as Record<string, Handler>;
}

async function doorsOfRoutes(): Promise<Door[]> {
  return Promise.all(
    Object.entries(routes).map(async ([file, { method, query, params, needs }]) => {
      const handler = (await handlers(file))[method];
      if (!handler) throw new Error(`${file} has no ${method}`);
      const knock = async (place: Place, w: World) => {
        const response = await handler(new Request(`http://localhost:3000/${encodeURI(file)}${query?.(place, w) ?? ""}`, { method }), { params: Promise.resolve(params?.(place, w) ?? {}) });
        return { status: response.status, text: `${JSON.stringify([...response.headers])} ${await response.text()}` };
      };
      return { name: file, knock, attempt: attempts[needs] ?? null };
    }),
  );
}

async function signedIn(sessionId: string): Promise<Browser> {
  const browser = new Browser();
  browser.jar.set(sessionCookie().name, await sessionToken(sessionId));
  return browser;
}

describe("every door of the portal", () => {
  let ours: World;
  let foreign: World;
  let doors: Door[];
  const outcasts = new Map<string, Browser>();

  beforeAll(async () => {
    [ours, foreign] = [await world(), await world()];
    doors = [...(await actions()), ...(await doorsOfRoutes())];
    const { admin } = ours;
    const browserOf = async (role: "organization_admin" | "auditor", end: (personId: string, sessionId: string) => Promise<unknown>) => {
      const { actor } = await ours.as(role);
      const browser = await signedIn(actor.sessionId);
      await end(actor.id, actor.sessionId);
      return browser;
    };
    const set = (id: string, values: Partial<typeof session.$inferInsert>) => inside(ours, (tx) => tx.update(session).set(values).where(eq(session.id, id)));
    const past = new Date(Date.now() - 1_000);
    outcasts.set("nobody", new Browser());
    outcasts.set("a session that was revoked", await browserOf("organization_admin", (_, id) => set(id, { revokedAt: past })));
    outcasts.set("a session past its end", await browserOf("organization_admin", (_, id) => set(id, { expiresAt: past })));
    outcasts.set("a session that nobody used for hours", await browserOf("organization_admin", (_, id) => set(id, { lastSeenAt: new Date(Date.now() - 3 * 3_600_000) })));
    outcasts.set("a person who was removed", await browserOf("organization_admin", (id) => removePerson(admin, { id })));
    outcasts.set("a person who was suspended", await browserOf("organization_admin", (id) => inside(ours, (tx) => tx.update(person).set({ status: "suspended" }).where(eq(person.id, id)))));
    outcasts.set("a person whose role was taken away", await browserOf("organization_admin", async (id) => {
      const [held] = await inside(ours, (tx) => tx.select({ id: roleGrant.id }).from(roleGrant).where(eq(roleGrant.personId, id)));
      await revokeRole(admin, { grantId: held?.id ?? "" });
    }));
    outcasts.set("an auditor after the last day", await browserOf("auditor", (id) => inside(ours, (tx) => tx.update(roleGrant).set({ validFrom: new Date(0), validUntil: past }).where(eq(roleGrant.personId, id)))));
    const { sessionId } = admin.actor;
    const forged = new Browser();
    forged.jar.set(sessionCookie().name, await encode({ token: { sid: sessionId }, secret: "another-secret-another-secret-another" }));
    outcasts.set("a token of another installation", forged);
    const bare = new Browser();
    bare.jar.set(sessionCookie().name, sessionId);
    outcasts.set("a session's id without a token", bare);
    const key = new Browser();
    key.jar.set(sessionCookie().name, ours.here.key);
    outcasts.set("an agent's key", key);
  });

  const marks = () => [ours.here.mark, ours.there.mark];
  const openDoors = (door: Door) => door.attempt === null;
  const expectNoMark = (text: string, what: string) => {
    for (const mark of marks()) expect(text.includes(mark), `${what}: ${text.slice(0, 300)}`).toBe(false);
  };

  it("is in the matrix", async () => {
    expect(filesOf("route.ts").filter((file) => !(file in routes) && !(file in elsewhere) && !open.has(file) && !signed.includes(file)), "name it here").toEqual([]);
    const useServer = readdirSync("app", { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file) && /^\s*"use server"/m.test(readFileSync(path.join("app", file), "utf8")));
    expect(useServer.filter((file) => !file.endsWith("/actions.ts"))).toEqual(["(portal)/sign-out.ts"]);
    expect(doors.filter(openDoors).map((door) => door.name.split("/").at(-1))).toEqual(["actions.ts confirmEmailAction", "actions.ts createFirstAdminAction", "actions.ts acceptInvitationAction", "actions.ts requestResetAction", "actions.ts resetPasswordAction", "actions.ts offerSecondStepAction", "actions.ts sendSecondStepAction"]);
    expect(doors.length).toBeGreaterThan(35);
    for (const [file, { method }] of Object.entries(routes)) expect(Object.keys(await handlers(file)).filter((name) => /^[A-Z]+$/.test(name)), file).toEqual([method]);
  });

  it("opens for who may", async () => {
    const admin = await signedIn(ours.admin.actor.sessionId);
    for (const door of doors.filter((each) => each.name.endsWith("route.ts"))) {
      browse(admin);
      expect([door.name, (await door.knock(ours.here, ours)).status]).toEqual([door.name, door.name === "api/live/route.ts" ? 204 : 200]);
    }
  });

  it("stays shut for everybody who is not, or no longer, signed in", async () => {
    for (const [who, browser] of outcasts) {
      for (const door of doors) {
        browse(browser);
        const { status, text } = await door.knock(ours.here, ours);
        // It answers everybody the same, who has an account or not; what comes of it is tried in lib/auth/reset.test.ts.
        if (door.name.endsWith("requestResetAction") && status === 200) continue;
        expect([410, 429].includes(status) && openDoors(door) ? 401 : status, `${door.name} by ${who}: ${text.slice(0, 200)}`).toBe(401);
        expectNoMark(text, `${door.name} by ${who}`);
      }
    }
  });

  it("gives a super admin of another organization nothing", async () => {
    const admin = foreign.admin;
    const browser = await signedIn(admin.actor.sessionId);
    for (const door of doors) {
      if (!door.attempt) continue;
      browse(browser);
      const { status, text } = await door.knock(ours.here, ours);
      expectNoMark(text, door.name);
      if (door.attempt.kind === "names" && !door.name.endsWith("notices/actions.ts read")) expect(status, `${door.name}: ${text.slice(0, 200)}`).toBe(404);
    }
  });

  it("gives an admin of another workspace nothing of this one", async () => {
    const browser = await signedIn((await ours.as("workspace_admin", ours.there.workspaceId)).actor.sessionId);
    for (const door of doors) {
      if (!door.attempt) continue;
      browse(browser);
      const { status, text } = await door.knock(ours.here, ours);
      expect(text.includes(ours.here.mark), `${door.name}: ${text.slice(0, 300)}`).toBe(false);
      if (door.attempt.kind === "names" && door.attempt.needs !== "own") expect([403, 404], door.name).toContain(status);
    }
  });

  it("takes nothing from a runner that did not sign it", async () => {
    for (const file of signed) {
      const post = (await handlers(file)).POST;
      for (const body of [{}, { body: { runId: ours.here.run.runId } }, { body: { ...ours.here.run, status: "succeeded" }, nonce: newId(), signature: "AAAA" }]) {
        const response = await post?.(new Request("http://localhost:3000/", { method: "POST", body: JSON.stringify(body) }), { params: Promise.resolve({}) });
        expect([400, 403], file).toContain(response?.status);
        expectNoMark((await response?.text()) ?? "", file);
      }
    }
  });

  it("keeps a one-time link to its mail: not in the audit, not in any other table, not in the log", async () => {
    const spies = (["debug", "info", "warn", "error"] as const).map((level) => vi.spyOn(log, level));
    const [sent] = await inside(ours, (tx) => tx.select({ text: mail.text, to: mail.recipient }).from(mail).where(like(mail.recipient, "mark-%")).limit(1));
    const token = /invitation\/([\w-]{43})/.exec(sent?.text ?? "")?.[1] ?? "";
    expect(token).toHaveLength(43);
    browse(new Browser());
    const accept = (input: object) => acceptInvitationAction(null, { name: "New", ...input });
    expect(await accept({ token, password: "short" })).toMatchObject({ ok: false });
    expect(await accept({ token, password: "quarter lantern orbit mosaic", email: "x" })).toMatchObject({ ok: false });
    const raced = await Promise.all([1, 2, 3, 4].map(() => accept({ token, password: "quarter lantern orbit mosaic" })));
    expect(raced.map((result) => result.ok || result.error.code).sort()).toEqual(["gone", "gone", "gone", true]);
    expect(await accept({ token, password: "violet harbor pencil engine" })).toMatchObject({ ok: false, error: { code: "gone" } });
    expect(JSON.stringify([raced, ...spies.map((spy) => spy.mock.calls)])).not.toContain(token);
    const tables = await inside(ours, (tx) => tx.execute<{ name: string }>(sql`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname not in ('mail', 'bootstrap_link', 'audit_index', 'audit_index_span', 'audit_index_head', 'audit_index_word', 'audit_index_frequent')`));
    for (const { name } of tables) {
      const found = await inside(ours, (tx) => tx.execute(sql`select 1 from ${sql.identifier(name)} t where to_jsonb(t)::text like ${`%${token}%`}`));
      expect([name, found.length]).toEqual([name, 0]);
    }
  });

  it("tells everybody whether it lives, and nothing of anybody", async () => {
    for (const file of filesOf("route.ts").filter((each) => open.has(each))) {
      browse(new Browser());
      const response = await (await handlers(file)).GET?.(new Request("http://localhost:3000/"), { params: Promise.resolve({}) });
      const text = (await response?.text()) ?? "";
      expectNoMark(text, file);
      expect(text.includes(ours.organizationId), file).toBe(false);
      expect(text.includes(env().AUTH_SECRET), file).toBe(false);
    }
  });
});

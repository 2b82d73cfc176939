import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type * as tenancy from "@/db/tenant";
import type * as record from "@/lib/audit/record";
import type { AgentCtx, Ctx, PersonCtx } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { AppError } from "@/lib/errors";
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
import { type Place, type World, world } from "@/lib/testing/world";
import { useWorldParts } from "@/lib/testing/world-parts";
import { abilityOfAgent } from "./define";
import { agentScopes, permissionsOf, permissionTable, roles, type Permission, type Role } from "./permissions";

/** While it is on, every transaction is undone after its work, so that each call finds the same world. */
const undo = vi.hoisted(() => ({ on: false }));
vi.mock("@/db/tenant", async (original) => {
  const real = await original<typeof tenancy>();
  class Undone extends Error {
    constructor(readonly value: unknown) {
      super("undone");
    }
  }
  const inTenant: typeof real.inTenant = (connection, organizationId, run) => {
    if (!undo.on) return real.inTenant(connection, organizationId, run);
    return real
      .inTenant(connection, organizationId, async (tx): Promise<never> => {
        throw new Undone(await run(tx));
      })
      .catch((error: unknown) => {
        if (error instanceof Undone) return error.value as never;
        throw error;
      });
  };
  const commitWith: typeof real.commitWith = async (tx, statements) => {
    if (!undo.on) return real.commitWith(tx, statements);
    for (const statement of statements) await real.prepared(tx, statement);
  };
  return { ...real, inTenant, commitWith };
});

// What is recorded by itself is not undone; thousands of denials would only make each look at the audit longer.
vi.mock("@/lib/audit/record", async (original) => {
  const real = await original<typeof record>();
  const recordEvent: typeof real.recordEvent = async (ctx, entry) => (undo.on ? undefined : real.recordEvent(ctx, entry));
  return { ...real, recordEvent };
});

useWorldParts();

const attempts: Record<string, Attempt> = { ...work, ...chat, ...oversight, ...people, ...directory, ...security, ...factors, ...sso, ...leases, ...proofs, ...locks, ...network, ...governance, ...queue };

/** What takes a context and is no verb: steps of a verb that asks, or of a door. */
// Those on drafts are parts of previewing a document, which is one.
const noVerbs = new Set(["read", "transact", "recordEvent", "recordRejection", "recordKeyRefusal", "readDraft", "samples", "countApiCall"]);

/** Every exported function of the domain that takes a caller and gives a promise or a stream. */
function verbs(): string[] {
  const files = readdirSync("lib", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts") && !/\.test\.ts$|testing/.test(file));
  const found = files.flatMap((file) => {
    const source = readFileSync(path.join("lib", file), "utf8");
    return [...source.matchAll(/export (?:async )?function\*? (\w+)(?:<[^(]*>)?\(\s*_?ctx: (?:\w*Ctx)\b[^{]*?\): (?:Promise|AsyncGenerator)|export async function (\w+)\(\s*_?ctx: \w*Ctx\b/g)].map((match) => match[1] ?? match[2] ?? "");
  });
  return [...new Set(found)].filter((name) => !noVerbs.has(name)).sort();
}

it("every verb is in the matrix", () => {
  expect(verbs().filter((name) => !(name in attempts)), "say in lib/testing/attempts/ what it needs").toEqual([]);
  expect(Object.keys(attempts).filter((name) => !verbs().includes(name)), "these are gone").toEqual([]);
  expect(verbs().length).toBeGreaterThan(90);
});

type Outcome = { code: string; text: string };

/** What the caller learns: the value or the refusal, as text. */
async function outcomeOf(attempt: Attempt, ctx: Ctx, place: Place, w: World, undone = false): Promise<Outcome> {
  undo.on = undone;
  try {
    return { code: "value", text: textOf(await attempt.run(ctx, place, w)) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { code: error.code, text: textOf([error.message, error.hint, error.fields, error.extensions]) };
  } finally {
    undo.on = false;
  }
}

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => {
    if (each !== null && typeof each === "object" && "type" in each && each.type === "Buffer" && "data" in each) return Buffer.from(each.data as number[]).toString("latin1");
    return typeof each === "bigint" ? String(each) : each instanceof Map ? [...each] : each;
  }) ?? "";

/** Every id of a place: none may come out to whom it does not belong, unless they sent it. */
const idsOf = (place: Place) => [place.workspaceId, place.projectId, place.agentId, place.apiKeyId, place.budgetId, place.windowId, place.requestId, place.pending.id, place.approvalId, place.allowed.id, place.run.runId, place.invitedId, place.grantId, place.noticeId, place.viewId, place.member.actor.id, place.member.actor.sessionId];

function expectNothingOf(place: Place, sent: unknown, outcome: Outcome, what: string): void {
  const asked = textOf(sent);
  expect(outcome.text.includes(place.mark), `${what} shows what is named ${place.mark}: ${outcome.text.slice(0, 400)}`).toBe(false);
  const shown = idsOf(place).filter((id) => outcome.text.includes(id) && !asked.includes(id));
  expect(shown, `${what} shows ids`).toEqual([]);
}

const forPersons = Object.entries(attempts).filter(([, { caller }]) => caller !== "agent");
const forAgents = Object.entries(attempts).filter(([, { caller }]) => caller !== "person");

function holds(role: Role, attempt: Attempt): boolean {
  const { needs, besides } = attempt;
  if (besides && !permissionsOf(role).includes(besides)) return false;
  return needs !== "own" && needs !== "portal" && role !== attempt.except && needs.some((permission) => permissionsOf(role).includes(permission));
}

/** Whose refused calls are not undone: they must change nothing by themselves. */
const forReal = new Set(["auditor the organization", "viewer the organization", "viewer the workspace", "workspace_admin another workspace"]);

/** Contents of all of the tenant's tables but the audit, each as a hash. */
async function contents(w: Pick<World, "organizationId">): Promise<unknown> {
  return inside(w, async (tx) => {
    const tables = await tx.execute<{ name: string }>(sql`
      select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'organization_id' and table_name not like 'audit%'`);
    const hashes: [string, unknown][] = [];
    for (const { name } of tables) {
      const [row] = await tx.execute<{ hash: string }>(sql`select md5(coalesce(string_agg(r::text, '|' order by r::text), '')) as hash from ${sql.identifier(name)} r`);
      hashes.push([name, row?.hash]);
    }
    return hashes.sort();
  });
}

describe("the access matrix", () => {
  let w: World;
  let foreign: World;
  let before: unknown;
  beforeAll(async () => {
    [w, foreign] = [await world(), await world()];
  });

  const onOrganization = roles.map((role) => [role, "the organization"] as const);
  const onWorkspaces = roles.filter((role) => permissionTable[role].scopes.includes("workspace")).flatMap((role) => [[role, "the workspace"] as const, [role, "another workspace"] as const]);

  it("is about a world that stays as it is", async () => {
    for (const [role, where] of [...onOrganization, ...onWorkspaces]) callers.set(`${role} ${where}`, await callerOf(w, role, where));
    for (const role of ["super_admin", "auditor", "viewer"] as const) callers.set(`foreign ${role}`, await foreign.as(role));
    before = await contents(w);
  });

  const callers = new Map<string, PersonCtx>();
  const callerOf = (of: World, role: Role, where: string) => of.as(role, where === "the organization" ? null : where === "the workspace" ? of.here.workspaceId : of.there.workspaceId);
  const caller = (name: string): PersonCtx => {
    const found = callers.get(name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  };

  it.each([...onOrganization, ...onWorkspaces])("lets a %s of %s do what the table of permissions says, and no more", async (role, where) => {
    const ctx = caller(`${role} ${where}`);
    for (const [name, attempt] of forPersons) {
      if (attempt.needs === "own") continue;
      const inReach = where === "the organization" || attempt.on === "anywhere" || (attempt.on === "workspace" && where === "the workspace");
      const may = holds(role, attempt) && inReach;
      const what = `${name} by ${role} of ${where}`;
      const outcome = await outcomeOf(attempt, ctx, w.here, w, may || !forReal.has(`${role} ${where}`));
      if (may) expect(outcome.code, `${what}: ${outcome.text.slice(0, 300)}`).toBe("value");
      else if (attempt.kind === "lists") expect(["value", "forbidden", "not_found"], what).toContain(outcome.code);
      else expect(["forbidden", "not_found"], `${what}: ${outcome.text.slice(0, 300)}`).toContain(outcome.code);
      // The other workspace's, for who sees it all; this one's, for who may not.
      const seesHere = where !== "another workspace" && may;
      if (attempt.kind === "lists" && seesHere) expect(outcome.text.includes(w.here.mark), `${what} shows nothing at all`).toBe(true);
      if (!seesHere) expectNothingOf(w.here, attempt.input(w.here, w), outcome, what);
      if (where === "the workspace") expectNothingOf(w.there, attempt.input(w.here, w), outcome, what);
      expectNothingOf(foreign.here, null, outcome, what);
      expectNothingOf(foreign.there, null, outcome, what);
    }
  });

  // Who may most, and two who may little: between them no role has a right that none of these has.
  it.each([["super_admin"], ["auditor"], ["viewer"]] as const)("gives a %s of another organization nothing, by any id", async (role) => {
    const ctx = caller(`foreign ${role}`);
    for (const [name, attempt] of forPersons) {
      if (attempt.needs === "own" && role !== "super_admin") continue;
      for (const place of role === "super_admin" ? [w.here, w.there] : [w.here]) {
        const what = `${name} by a foreign ${role}`;
        const outcome = await outcomeOf(attempt, ctx, place, w, attempt.kind !== "names" || role !== "super_admin");
        expectNothingOf(w.here, attempt.input(place, w), outcome, what);
        expectNothingOf(w.there, attempt.input(place, w), outcome, what);
        // What is not theirs is not there; whoever may not ask at all may be told that instead.
        if (attempt.kind === "names" && name !== "markRead") expect(holds(role, attempt) && (!attempt.toAsk || permissionsOf(role).includes(attempt.toAsk)) ? ["not_found"] : ["not_found", "forbidden"], `${what}: ${outcome.text.slice(0, 300)}`).toContain(outcome.code);
      }
    }
  });

  it("gives an agent what its key is scoped to, of its own, and nothing of a neighbour's", async () => {
    const { agent } = w.here;
    for (const [name, attempt] of forAgents) {
      const scoped = attempt.needs !== "own" && attempt.needs !== "portal" && attempt.needs.some((need) => (agentScopes as readonly Permission[]).includes(need));
      const may = attempt.needs === "own" || (scoped && attempt.on === "workspace") || (scoped && attempt.kind !== "names" && attempt.on === "anywhere");
      const own = await outcomeOf(attempt, agent, w.here, w, may);
      const what = `${name} by an agent`;
      if (may) expect(own.code, `${what}: ${own.text.slice(0, 300)}`).toBe("value");
      else if (attempt.kind === "lists") expect(["value", "forbidden"], what).toContain(own.code);
      else expect(["forbidden", "not_found"], `${what}: ${own.text.slice(0, 300)}`).toContain(own.code);
      expectNothingOf(w.there, null, own, what);
      expectNothingOf(foreign.here, null, own, what);
      const others: [string, AgentCtx][] = [["a neighbour in another workspace", w.there.agent], ["an agent of another organization", foreign.here.agent], ["a key without scopes", { ...agent, ability: abilityOfAgent(agent.actor.id, []) }]];
      for (const [who, other] of others) {
        const outcome = await outcomeOf(attempt, other, w.here, w, attempt.kind !== "names");
        if (who !== "a key without scopes") expectNothingOf(w.here, attempt.input(w.here, w), outcome, `${name} by ${who}`);
        if (attempt.kind === "names") expect(["not_found", "forbidden"], `${name} by ${who}: ${outcome.text.slice(0, 300)}`).toContain(outcome.code);
        else if (who === "a key without scopes" && attempt.needs !== "own") expectNothingOf(w.here, null, outcome, `${name} by ${who}`);
      }
    }
  });

  it("keeps what is one's own from others, the admins of the same organization too", async () => {
    for (const ctx of [w.admin, caller("viewer another workspace"), caller("foreign super_admin")]) {
      for (const [name, attempt] of forPersons) {
        if (attempt.needs !== "own") continue;
        const outcome = await outcomeOf(attempt, ctx, w.here, w, true);
        // An admin is told of all requests of the organization by notices of their own.
        if (ctx !== w.admin) expectNothingOf(w.here, attempt.input(w.here, w), outcome, name);
        if (name === "deleteView") expect(outcome.code).toBe("not_found");
        if (name === "markRead") expect(outcome.text).toBe('{"count":0}');
      }
    }
  });

  it("keeps the portal's own parts to their own work and their own organization", async () => {
    const parts = (["runs", "runner", "approvals", "budgets", "mail", "audit", "sign-in"] as const).map((part) => systemCtx(part, foreign.organizationId));
    for (const [name, attempt] of Object.entries(attempts)) {
      if (attempt.kind !== "names" || attempt.caller !== "any") continue;
      for (const ctx of parts) {
        const outcome = await outcomeOf(attempt, ctx, w.here, w, ctx.actor.id !== "runs");
        expect(["not_found", "forbidden", "conflict", "value"], `${name} by ${ctx.actor.id}`).toContain(outcome.code);
        expectNothingOf(w.here, attempt.input(w.here, w), outcome, `${name} by ${ctx.actor.id}`);
      }
    }
  });

  it("has changed nothing by what was refused", async () => {
    expect(await contents(w)).toEqual(before);
  });
});

import { randomUUID } from "node:crypto";
import postgres from "postgres";
import type { ApprovalRule } from "@/lib/approval-policies/content";
import { submitAction } from "@/lib/actions/submit";
import { publishDocument } from "@/lib/governance/publish";
import { tenant } from "@/lib/testing/tenant";
import { idOf, multiplyRow, timeOf } from "./growth/multiply";
import { compare } from "./harness/compare";
import { allowedInput } from "./harness/inputs";
import { startPortal } from "./harness/portal";
import type { BenchRow } from "./harness/row";
import { visit } from "./harness/visit";

const few = 10;
const many = 10_000;
/** How many sorts of requests the runaway agent makes: more than stand as rows of their own for their look-alikes. */
const sorts = 70;

const inTurn: ApprovalRule = {
  id: "in-turn", name: "Two people in turn",
  match: { kinds: null, tools: null, riskAtLeast: null, costAtLeastMicros: null, workspaceIds: null, agentIds: null },
  answer: {
    kind: "ask", reasonPattern: null, expiresAfterMinutes: null, escalations: [], delegation: true, breakGlass: [], ownerMayDecide: false,
    stages: [
      { name: "Who knows the case", anyOf: [{ count: 1, people: [{ kind: "decider" }] }], rejections: 1 },
      { name: "Who answers for it", anyOf: [{ count: 1, people: [{ kind: "role", role: "organization_admin" }] }], rejections: 1 },
    ],
  },
};

/** (m) The approval queue with what a runaway agent has asked for in it. */
export const row: BenchRow = {
  title: `the approval queue as a page, ${many.toLocaleString("en")} requests waiting`,
  beside: `the same page with ${few} waiting`,
  async *run(bench) {
    const { port } = await startPortal(bench);
    // The cookie's name has the port of the address in it; what is read of the environment is kept.
    process.env.APP_URL = `http://localhost:${port}`;
    const sql = postgres(bench.database.adminUrl, { max: 1, onnotice: () => {} });
    bench.onEnd(() => sql.end());
    for (const [name, rules] of [["one person decides", []], ["two people in turn, by a policy", [inTurn]]] as const) {
      const [small, large] = [await queueOf(sql, rules, few), await queueOf(sql, rules, many)];
      const ours = visit(bench, port, "/approvals", large);
      yield await compare(bench, { case: name, unit: "ms", ours, beside: visit(bench, port, "/approvals", small), target: { atMost: 2 } });
    }
  },
};

/** An organization in which so many requests wait, and the cookie of its supervisor. */
async function queueOf(sql: postgres.Sql, rules: readonly ApprovalRule[], waiting: number): Promise<string> {
  const t = await tenant({ maxWaitingApprovals: many });
  const supervisor = await t.as("supervisor");
  if (rules.length > 0) await publishDocument(await t.as("organization_admin"), { kind: "approvals", scopeType: "organization", scopeId: t.organizationId, expectedVersion: 0, content: { rules: [...rules] }, note: "" });
  const asked = await Promise.all(
    Array.from({ length: few }, (_, at) => submitAction(t.agent, { ...allowedInput, tool: "mail.send", arguments: { [`sort${at}`]: at } }, randomUUID())),
  );
  const [first] = asked;
  if (!first) throw new Error("nothing was asked for");
  if (waiting > few) {
    const [rows, id] = [waiting - few, idOf(t.organizationId)];
    await multiplyRow(sql, { table: "action", where: `id = '${first.action.id}'`, rows, changed: { id, idempotency_key: "gen_random_uuid()::text", created_at: timeOf } });
    await multiplyRow(sql, { table: "approval", where: `action_id = '${first.action.id}'`, rows, changed: { id: idOf(`approval ${t.organizationId}`), action_id: id, created_at: timeOf, pattern: `sha256(('sort ' || n % ${sorts})::bytea)` } });
  }
  const { sessionCookie, sessionToken } = await import("@/lib/auth/cookie");
  return `${sessionCookie().name}=${await sessionToken(supervisor.actor.sessionId)}`;
}

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { approval } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import { roleGrant } from "@/db/schema/people";
import { runFile } from "@/db/schema/run";
import { cancelAction } from "@/lib/actions/cancel";
import { reportOutcome } from "@/lib/actions/report-outcome";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { takeGrant } from "@/lib/actions/take-grant";
import { createAgent } from "@/lib/agents/create";
import { setAgentStatus } from "@/lib/agents/set-status";
import { updateAgent } from "@/lib/agents/update";
import { cancelApproval } from "@/lib/approvals/cancel";
import { decideApproval } from "@/lib/approvals/decide";
import { expireApprovals } from "@/lib/approvals/expire";
import { checkpoint } from "@/lib/audit/checkpoint";
import { useAuditKey } from "@/lib/audit/testing";
import { saveView } from "@/lib/audit/views/save";
import { archiveBudget } from "@/lib/budgets/archive";
import { archiveAudit } from "@/lib/audit/archive";
import { expireReservations } from "@/lib/budgets/expire-reservations";
import { requestRaise } from "@/lib/budgets/request-raise";
import { setBudget } from "@/lib/budgets/set";
import { setPrice } from "@/lib/budgets/set-price";
import { tellThreshold } from "@/lib/budgets/tell-threshold";
import type { AgentCtx, Ctx, PersonCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { createKey } from "@/lib/keys/create";
import { revokeKey } from "@/lib/keys/revoke";
import { sendMail } from "@/lib/mail/send";
import { changeRole } from "@/lib/people/change-role";
import { grantRole } from "@/lib/people/grant-role";
import { invitePerson } from "@/lib/people/invite";
import { removePerson } from "@/lib/people/remove";
import { resendInvitation } from "@/lib/people/resend-invitation";
import { revokeRole } from "@/lib/people/revoke-role";
import { firstPolicy } from "@/lib/policies/content";
import { updatePolicy } from "@/lib/policies/update";
import { checkRun } from "@/lib/runs/check";
import { claimRun } from "@/lib/runs/claim";
import { dispatchRun } from "@/lib/runs/dispatch";
import { giveUpRun } from "@/lib/runs/give-up";
import { killRun } from "@/lib/runs/kill";
import { recordOutput } from "@/lib/runs/record-output";
import { recordResult } from "@/lib/runs/record-result";
import { stopRun } from "@/lib/runs/stop";
import { dispatchedRun, inside, resultOf, useStubRunner } from "@/lib/runs/testing";
import { revokeSession } from "@/lib/sessions/revoke";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { archiveWorkspace } from "@/lib/workspaces/archive";
import { archiveProject } from "@/lib/workspaces/archive-project";
import { createWorkspace } from "@/lib/workspaces/create";
import { createProject } from "@/lib/workspaces/create-project";
import { abilityOfAgent } from "./define";

useTestDatabase();
useStubRunner();
useAuditKey();

/** Verbs that everybody may use, and what they change. */
const everybody: Record<string, string> = {
  changePassword: "one's own password",
  signOut: "one's own session",
  revokeOtherSessions: "one's own sessions",
  markRead: "the mark on one's own notices",
  deleteView: "a view that one saved before",
  searchAudit: "nothing: the look is recorded",
  loadEvent: "nothing: the look is recorded",
  exportAudit: "nothing: the export is recorded",
  openArchive: "nothing: the download is recorded",
  recordVerification: "nothing: the verification is recorded",
  readFile: "nothing: the look is recorded",
};

type World = Awaited<ReturnType<typeof world>>;
type Attempt = (ctx: Ctx, w: World) => Promise<unknown>;
const asPerson = (ctx: Ctx) => ctx as PersonCtx;
const asAgent = (ctx: Ctx) => ctx as AgentCtx;
const grant = { role: "viewer" as const, workspaceId: null, firstDay: null, lastDay: null };

/** Each verb that writes, with input that would succeed for somebody who may. */
const attempts: Record<string, Attempt> = {
  archiveAudit: (ctx) => archiveAudit(ctx),
  archiveBudget: (ctx, w) => archiveBudget(ctx, { id: w.budgetId }),
  archiveProject: (ctx, w) => archiveProject(ctx, { id: w.emptyProjectId }),
  archiveWorkspace: (ctx, w) => archiveWorkspace(ctx, { id: w.emptyWorkspaceId }),
  cancelAction: (ctx, w) => cancelAction(ctx, { id: w.pending.id }),
  cancelApproval: (ctx, w) => cancelApproval(asPerson(ctx), { id: w.approvalId }),
  changeRole: (ctx, w) => changeRole(asPerson(ctx), { grantId: w.grantId, ...grant }),
  checkRun: (ctx, w) => checkRun(ctx, { runId: w.run.runId, last: true }),
  checkpoint: (ctx) => checkpoint(ctx),
  claimRun: (ctx, w) => claimRun(ctx, { runId: w.run.runId }),
  createAgent: (ctx, w) => createAgent(ctx, { name: "New", kind: "coder", workspaceId: w.workspaceId, projectId: w.projectId, ownerId: w.ownerId }),
  createKey: (ctx, w) => createKey(ctx, { agentId: w.agentId, name: "new", scopes: ["actions.view"] }),
  createProject: (ctx, w) => createProject(ctx, { workspaceId: w.workspaceId, name: "New" }),
  createWorkspace: (ctx) => createWorkspace(ctx, { name: "New" }),
  decideApproval: (ctx, w) => decideApproval(asPerson(ctx), { id: w.approvalId, digest: w.pending.digest, decision: "approved", reason: "" }),
  dispatchRun: (ctx, w) => dispatchRun(ctx, { runId: w.run.runId }),
  expireApprovals: (ctx) => expireApprovals(ctx),
  expireReservations: (ctx) => expireReservations(ctx),
  giveUpRun: (ctx, w) => giveUpRun(ctx, { runId: w.run.runId, reason: "x" }),
  grantRole: (ctx, w) => grantRole(asPerson(ctx), { personId: w.memberId, ...grant }),
  invitePerson: (ctx) => invitePerson(asPerson(ctx), { email: "new@example.test", name: "New", ...grant }),
  killRun: (ctx, w) => killRun(ctx, { runId: w.run.runId }),
  recordOutput: (ctx, w) => recordOutput(ctx, { runId: w.run.runId, jobNonce: w.run.jobNonce, seq: 0, chunks: [{ stream: "stdout", offset: 0, dataBase64: "YQ==" }] }, once()),
  recordResult: (ctx, w) => recordResult(ctx, resultOf(w.run), once()),
  removePerson: (ctx, w) => removePerson(asPerson(ctx), { id: w.memberId }),
  reportOutcome: (ctx, w) => reportOutcome(asAgent(ctx), { id: w.allowed.id, status: "failed", costMicros: 0, summary: "" }),
  requestRaise: (ctx, w) => requestRaise(asPerson(ctx), { budgetId: w.budgetId, amountMicros: 1, reason: "more" }),
  resendInvitation: (ctx, w) => resendInvitation(asPerson(ctx), { id: w.invitedId }),
  revokeKey: (ctx, w) => revokeKey(ctx, { id: w.apiKeyId }),
  revokeRole: (ctx, w) => revokeRole(asPerson(ctx), { grantId: w.grantId }),
  revokeSession: (ctx, w) => revokeSession(asPerson(ctx), { id: w.sessionId }),
  saveView: (ctx) => saveView(asPerson(ctx), { name: "mine", query: "" }),
  sendMail: (ctx) => sendMail(ctx, { mailId: newId() }),
  setAgentStatus: (ctx, w) => setAgentStatus(ctx, { id: w.agentId, status: "suspended" }),
  setBudget: (ctx, w) => setBudget(ctx, { scopeType: "project", scopeId: w.projectId, period: "day", timeZone: "UTC", capMicros: 1, hard: true, thresholds: [80] }),
  setPrice: (ctx) => setPrice(ctx, { secondMicros: 0 }),
  stopRun: (ctx, w) => stopRun(ctx, { id: w.run.runId, reason: "" }),
  submitAction: (ctx) => submitAction(asAgent(ctx), SubmitActionInput.parse({ tool: "crm.read", estimatedCostMicros: 0 }), newId()),
  takeGrant: (ctx, w) => takeGrant(asAgent(ctx), { id: w.allowed.id }),
  tellThreshold: (ctx) => tellThreshold(ctx, { windowId: newId(), threshold: 80 }),
  updateAgent: (ctx, w) => updateAgent(ctx, { id: w.agentId, name: "Other", kind: "coder", projectId: w.projectId, ownerId: w.ownerId }),
  updatePolicy: (ctx, w) => updatePolicy(ctx, { agentId: w.agentId, expectedVersion: 1, policy: firstPolicy, note: "" }),
};

const once = () => ({ nonce: newId(), expiresAt: new Date(Date.now() + 60_000) });

async function world() {
  const t = await tenant();
  const admin = await t.as("organization_admin");
  const { id: budgetId } = await setBudget(admin, { scopeType: "organization", scopeId: t.organizationId, period: "month", timeZone: "UTC", capMicros: 1_000_000_000, hard: true, thresholds: [80] });
  const submit = async (tool: string) => (await submitAction(t.agent, SubmitActionInput.parse({ tool, estimatedCostMicros: 1000 }), newId())).action;
  const [pending, allowed] = [await submit("mail.send"), await submit("crm.read")];
  const run = await dispatchedRun(t);
  const member = await t.as("agent_manager");
  const { id: invitedId } = await invitePerson(admin, { email: `${newId()}@example.test`, name: "Ira", ...grant });
  const { id: emptyWorkspaceId } = await createWorkspace(admin, { name: "Empty" });
  const { id: emptyProjectId } = await createProject(admin, { workspaceId: t.workspaceId, name: "Empty" });
  const [held] = await inside(t, (tx) => tx.select().from(roleGrant).where(eq(roleGrant.personId, member.actor.id)));
  await inside(t, (tx) => tx.insert(runFile).values({ id: newId(), organizationId: t.organizationId, runId: run.runId, direction: "out", name: "a.txt", size: 1, sha256: "00", content: Buffer.from("a") }));
  if (!pending.approvalId || !held) throw new Error("the fixture lacks something");
  return { ...t, budgetId, pending, allowed, run, invitedId, emptyWorkspaceId, emptyProjectId, approvalId: pending.approvalId, memberId: member.actor.id, grantId: held.id, sessionId: member.actor.sessionId };
}

/** Everything that the tenant has but its audit, as one hash. */
async function contents(w: World): Promise<unknown> {
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

const verb = /export (?:async )?function\*? (\w+)\(ctx: (?:Ctx|PersonCtx|AgentCtx)\b/g;

/** The verbs of the files that go through the door to a write. */
function writers(): string[] {
  const files = readdirSync("lib", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts") && !/\.test\.ts$|testing/.test(file));
  const found = files.flatMap((file) => {
    const source = readFileSync(path.join("lib", file), "utf8");
    return /\btransact(<[^>]*>)?\(|\bcommitDecision\(/.test(source) ? [...source.matchAll(verb)].map(([, name = ""]) => name) : [];
  });
  return found.filter((name) => !["transact", "read", "auditBody", "lastVerification", "viewTarget"].includes(name));
}

it("the list of verbs that write is whole", () => {
  const listed = [...Object.keys(attempts), ...Object.keys(everybody)];
  expect(writers().filter((name) => !listed.includes(name)), "give it an attempt, or say why everybody may").toEqual([]);
});

describe("nothing is changed", () => {
  let w: World;
  let before: unknown;
  const who: Record<string, Ctx> = {};
  beforeAll(async () => {
    w = await world();
    who.auditor = await w.as("auditor");
    who.viewer = await w.as("viewer");
    who["viewer of the workspace"] = await w.as("viewer", w.workspaceId);
    who["key without scopes"] = { ...w.agent, ability: abilityOfAgent(w.agentId, []) };
    // Who was more before: the agent that asks is still the auditor's.
    await inside(w, (tx) => tx.update(agent).set({ ownerId: who.auditor?.actor.id ?? "" }).where(eq(agent.id, w.agentId)));
    await inside(w, (tx) => tx.update(approval).set({ requesterPersonId: who.auditor?.actor.id ?? "" }).where(eq(approval.id, w.approvalId)));
    before = await contents(w);
  });

  const callers = ["auditor", "viewer", "viewer of the workspace", "key without scopes"];
  it.each(callers.flatMap((caller) => Object.keys(attempts).map((name) => [caller, name] as const)))("by %s with %s", async (caller, name) => {
    const ctx = who[caller];
    const attempt = attempts[name];
    if (!ctx || !attempt) throw new Error("the fixture lacks the caller");
    await expect(attempt(ctx, w)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("and all of it is as it was", async () => {
    expect(await contents(w)).toEqual(before);
  });
});

import { eq } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { z } from "zod";
import { action, approval } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import { reservation } from "@/db/schema/budget";
import { organization, project, workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import { run } from "@/db/schema/run";
import { auditEvent } from "@/db/stream/audit";
import type { Tx } from "@/db/tenant";
import { may } from "@/lib/ability/authorize";
import { presentArguments, type ShownArguments } from "@/lib/approvals/present-arguments";
import { latest, searchedEvents } from "@/lib/audit/filter";
import type { Ctx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";
import { findRun } from "./find";
import { sandboxLimits, sandboxNetwork } from "./limits";
import { resultFiles, type ResultFile } from "./list-files";
import { timelineOf, type RunEvent, type RunStep } from "./timeline";

export const LoadRunInput = z.strictObject({ id: z.uuid() });
export type LoadRunInput = z.infer<typeof LoadRunInput>;

export type RunView = Facts & {
  steps: RunStep[];
  files: ResultFile[];
  /** The program, its input files with their hashes and the rest of the arguments; secrets masked. Null without `actions.view`. */
  submitted: ShownArguments | null;
  limits: typeof sandboxLimits & { wallTimeMs: number; network: string };
  can: { stop: boolean; viewAgent: boolean; viewApproval: boolean; viewAudit: boolean };
};

type Facts = Awaited<ReturnType<typeof loadFacts>>;

/** A run with everything its page shows, apart from its output. @throws AppError `not_found`. */
export async function loadRun(ctx: Ctx, input: LoadRunInput): Promise<RunView> {
  return read(ctx, async (tx) => {
    const target = await findRun(tx, ctx, input.id);
    const facts = await loadFacts(tx, target.id);
    const viewAudit = may(ctx, "audit", "view", target);
    const viewApproval = facts.approval !== null && may(ctx, "approvals", "view", target);
    return {
      ...facts,
      steps: timelineOf(facts, viewAudit ? await eventsOf(tx, [facts.id, facts.action.id, ...(facts.approval ? [facts.approval.id] : [])], facts.action.createdAt) : []),
      files: await resultFiles(tx, target.id),
      submitted: may(ctx, "actions", "view", target) ? await loadSubmitted(tx, facts.action.id) : null,
      limits: { ...sandboxLimits, wallTimeMs: facts.wallTimeLimitMs, network: sandboxNetwork },
      can: {
        stop: target.finishedAt === null && target.killRequestedAt === null && may(ctx, "runs", "stop", target),
        viewAgent: may(ctx, "agents", "read", target),
        viewApproval,
        viewAudit,
      },
    };
  });
}

async function loadFacts(tx: Tx, id: string) {
  const decider = alias(person, "decider");
  const stopper = alias(person, "stopper");
  const [row] = await tx
    .select({
      run,
      agent: { id: agent.id, name: agent.name, status: agent.status },
      workspace: { id: workspace.id, name: workspace.name },
      project: { id: project.id, name: project.name },
      currency: organization.currency,
      action: {
        id: action.id, tool: action.tool, operation: action.operation, resource: action.resource, purpose: action.purpose,
        status: action.status, decision: action.decision, rule: action.rule, ruleMessage: action.ruleMessage, risk: action.risk,
        riskReasons: action.riskReasons, digest: action.digest, policyVersion: action.policyVersion,
        estimatedCostMicros: action.estimatedCostMicros, grantUsedAt: action.grantUsedAt, createdAt: action.createdAt,
      },
      approval: {
        id: approval.id, status: approval.status, why: approval.why, createdAt: approval.createdAt, expiresAt: approval.expiresAt,
        decidedAt: approval.decidedAt, decisionReason: approval.decisionReason, usedAt: approval.usedAt,
      },
      decidedBy: decider.name,
      stoppedBy: stopper.name,
      reservation: { amountMicros: reservation.amountMicros, status: reservation.status },
    })
    .from(run)
    .innerJoin(action, eq(action.id, run.actionId))
    .innerJoin(agent, eq(agent.id, run.agentId))
    .innerJoin(workspace, eq(workspace.id, run.workspaceId))
    .innerJoin(project, eq(project.id, run.projectId))
    .innerJoin(organization, eq(organization.id, run.organizationId))
    .leftJoin(approval, eq(approval.actionId, action.id))
    .leftJoin(decider, eq(decider.id, approval.decidedBy))
    .leftJoin(stopper, eq(stopper.id, run.killRequestedBy))
    .leftJoin(reservation, eq(reservation.actionId, action.id))
    .where(eq(run.id, id));
  if (!row) throw notFound("run");
  const { run: own, action: asked, approval: decision, decidedBy, stoppedBy, ...rest } = row;
  const { jobNonce: _secret, organizationId: _tenant, ...facts } = own;
  return {
    ...facts,
    ...rest,
    action: { ...asked, digest: asked.digest.toString("hex") },
    approval: decision && { ...decision, decidedBy },
    stoppedBy,
  };
}

async function loadSubmitted(tx: Tx, actionId: string): Promise<ShownArguments | null> {
  const [row] = await tx.select({ tool: action.tool, arguments: action.arguments }).from(action).where(eq(action.id, actionId));
  return row ? presentArguments(row.tool, row.arguments) : null;
}

/** Only what happened since then is looked through, but for a clock that was set back. */
function eventsOf(tx: Tx, resources: string[], since: Date): Promise<RunEvent[]> {
  const from = new Date(since.getTime() - 24 * 3600 * 1000).toISOString();
  const found = searchedEvents({ from }, null, { ...latest(100), resources });
  return tx.select({ seq: auditEvent.seq, action: auditEvent.action }).from(found).orderBy(auditEvent.seq);
}

import { riskClasses } from "@/db/schema/agent";
import { may } from "@/lib/ability/authorize";
import type { ChatOrigin } from "@/lib/ctx/chat-origin";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { lockedHint, lockMessage, lockOn } from "@/lib/locks/standing";
import type { ApprovalRow } from "./row";
import { asksForMoney, currentStage, isAsked, mayBreakGlass, rolesAt, type Seated } from "./seats";

/** Why somebody cannot decide, or cannot approve, a request. */
export type Obstacle = {
  code: "own" | "permission" | "not_pending" | "narrowed" | "expired" | "changed" | "window_ended" | "locked" | "counted" | "not_asked" | "chat";
  message: string;
  hint: string;
};

type Facts = Pick<
  ApprovalRow,
  | "kind" | "status" | "risk" | "workspaceId" | "agentId" | "requesterPersonId" | "keyMakerId" | "agentOwnerId" | "agentStatus" | "agentPolicyVersion" | "documentsChanged" | "agentWorkspaceId"
  | "keyRevokedAt" | "narrowingId" | "policyVersion" | "expiresAt" | "window" | "locks" | "tool" | "plan" | "stage" | "escalated" | "managerId" | "ownerAccounts" | "keyMakerAccounts" | "usedAccounts" | "delegations"
>;

/** Somebody who decides, as they are now. */
export type Decider = Pick<PersonCtx, "ability" | "chat"> & { actor: Pick<PersonCtx["actor"], "id" | "name" | "roles"> };

/** What stands in the way of any decision. Null: this person may decide now. */
export function decisionObstacle(ctx: Decider, row: Facts, now: Date): Obstacle | null {
  if (row.status !== "pending") {
    return { code: "not_pending", message: `This request is ${row.status} already.`, hint: "Nothing is left to decide." };
  }
  if (row.expiresAt.getTime() <= now.getTime()) {
    return { code: "expired", message: "This request has expired.", hint: "It ends in denial; the requester can ask again." };
  }
  if (row.narrowingId !== null) {
    return { code: "narrowed", message: "A narrower form of this was offered to the agent, whose answer it waits for.", hint: "It goes on once the agent accepts; take the offer back to decide it as it was asked." };
  }
  const own = (ctx.chat && chatObstacle(ctx.chat, row)) ?? ownObstacle(ctx.actor.id, row);
  if (own) return own;
  if (!mayDecide(ctx, row)) {
    return { code: "permission", message: "You may see this request, but not decide it.", hint: `It needs the permission ${neededPermission(row)} here.` };
  }
  const lock = lockOn(row.locks, row.tool);
  if (lock) return { code: "locked", message: lockMessage(lock), hint: lockedHint };
  if (row.usedAccounts.includes(ctx.actor.id)) {
    return { code: "counted", message: "You have decided on this request already.", hint: "Everybody counts once in a request, also for others and with another account." };
  }
  if (!seatOf(ctx, row)) {
    return { code: "not_asked", message: `The stage that is decided now, ${currentStage(row).name}, asks others.`, hint: "The request shows who can decide it now." };
  }
  return null;
}

/**
 * What keeps a request from being decided in a chat: only what an agent asks to do now is, up to the risk that was set for the
 * channel, and of what is told there. Money, access and new agents change what may be done later, so the portal asks for those.
 */
function chatObstacle({ upTo, workspaceId }: ChatOrigin, { kind, risk, workspaceId: place }: Pick<Facts, "kind" | "risk" | "workspaceId">): Obstacle | null {
  const hint = "Decide it in the portal.";
  if (kind !== "action") return { code: "chat", message: "Requests of this kind are not decided in a chat.", hint };
  if (riskClasses.indexOf(risk) > riskClasses.indexOf(upTo)) return { code: "chat", message: `Its risk is ${risk}, and only requests up to ${upTo} are decided in this chat.`, hint };
  return workspaceId !== null && workspaceId !== place ? { code: "chat", message: "This chat is for another workspace.", hint } : null;
}

/** What keeps an account from deciding whatever its rights are: the request is its human being's own, or came with their key. */
export function ownObstacle(accountId: string, row: Pick<Facts, "agentId" | "requesterPersonId" | "agentOwnerId" | "keyMakerId" | "ownerAccounts" | "keyMakerAccounts" | "plan" | "risk">): Obstacle | null {
  const isOwner = row.ownerAccounts.includes(accountId);
  const ownerMay = row.plan?.ownerMayDecide === true && row.risk !== "CRITICAL";
  if (isOwner) {
    if (ownerMay) return null;
    const itself = accountId === row.requesterPersonId || accountId === row.agentOwnerId;
    const whose = row.agentId ? "You own the agent that asks" : "This is your own request";
    return { code: "own", message: `${whose}${itself ? "" : ", with another account of yours"}, so somebody else must decide.`, hint: "Nobody decides their own request, nor one of an agent that they own." };
  }
  if (!row.keyMakerAccounts.includes(accountId)) return null;
  const itself = accountId === row.keyMakerId;
  return {
    code: "own",
    message: `You made the key this came with${itself ? "" : ", with another account of yours"}, so somebody else must decide.`,
    hint: "Whoever made an API key may have kept it, so they do not decide what is asked with it.",
  };
}

/**
 * For whom somebody counts in the stage that is decided now: for themselves, or for somebody who gave them their part and whom
 * nothing keeps from it. Null: for nobody.
 */
export function seatOf(ctx: Decider, row: Facts): Seated | null {
  const { id, name, roles } = ctx.actor;
  const self = { id, name, roles: rolesAt(roles, row.workspaceId) };
  if (isAsked(self, row)) return self;
  if (!currentStage(row).delegation) return null;
  const giving = row.delegations.filter((one) => one.toPersonId === id && !row.usedAccounts.includes(one.id) && !ownObstacle(one.id, row));
  return giving.find((one) => isAsked(one, row)) ?? null;
}

/** Whether somebody may end the stage alone; nothing else may stand in the way. */
export function mayBreakGlassOf(ctx: PersonCtx, row: Facts, now: Date): boolean {
  const obstacle = decisionObstacle(ctx, row, now);
  const { id, name, roles } = ctx.actor;
  return (obstacle === null || obstacle.code === "not_asked") && mayBreakGlass({ id, name, roles: rolesAt(roles, row.workspaceId) }, row);
}

/** What stands in the way of approving; rejecting may still be possible. */
export function approvalObstacle(row: Facts, now: Date): Obstacle | null {
  const isAgents = row.kind === "action" || row.kind === "spawn";
  if (isAgents && row.agentStatus !== "active") {
    return { code: "changed", message: `The agent is ${row.agentStatus ?? "gone"} by now, so approving would have no effect.`, hint: "Reject it, or make the agent active first." };
  }
  if (isAgents && row.agentPolicyVersion !== row.policyVersion) {
    return { code: "changed", message: "The agent's policy changed since it asked, so approving would have no effect.", hint: "Reject it; the agent can ask again under the policy in force." };
  }
  if (row.kind === "action" && row.documentsChanged) {
    return { code: "changed", message: "The policies that the agent is under changed since it asked, so approving would have no effect.", hint: "Reject it; the agent can ask again under the policies in force." };
  }
  if (row.kind === "action" && row.keyRevokedAt) {
    return { code: "changed", message: "The API key that this came with was revoked, so approving would have no effect.", hint: "Reject it; the agent can ask again with a key that is in force." };
  }
  if (isAgents && row.agentWorkspaceId !== row.workspaceId) {
    return { code: "changed", message: "The agent is in another workspace by now, so approving would have no effect.", hint: "Reject it; the agent can ask again from where it is." };
  }
  if (row.kind === "budget" && (!row.window || row.window.archivedAt)) {
    return { code: "window_ended", message: "The budget is closed, so nothing can be raised.", hint: "Reject it." };
  }
  if (row.kind === "budget" && row.window && row.window.endsAt.getTime() <= now.getTime()) {
    return {
      code: "window_ended",
      message: `The window that this was asked for ended at ${row.window.endsAt.toISOString()}, so nothing can be raised.`,
      hint: "Reject it; the requester can ask again for the window that runs now.",
    };
  }
  return null;
}

/**
 * Whether it is the person's own request, or one of their agent, and they may still ask or withdraw there: who only reads
 * by now, such as an auditor, changes nothing of what was theirs either.
 */
export function mayWithdrawOwn(ctx: PersonCtx, row: Pick<Facts, "requesterPersonId" | "workspaceId" | "agentId">): boolean {
  const target = { workspaceId: row.workspaceId, agentId: row.agentId };
  return row.requesterPersonId === ctx.actor.id && (may(ctx, "approvals", "request", target) || may(ctx, "actions", "cancel", target));
}

/** Money is decided by those who decide requests, and by those who may go over budgets; so are stages that ask these. */
export function mayDecide(ctx: Pick<PersonCtx, "ability">, row: Pick<Facts, "kind" | "workspaceId" | "agentId" | "plan" | "stage" | "escalated">): boolean {
  const target = { workspaceId: row.workspaceId, agentId: row.agentId };
  return may(ctx, "approvals", "decide", target) || (asksForMoney(row) && may(ctx, "budgets", "override", target));
}

function neededPermission(row: Pick<Facts, "kind" | "plan" | "stage" | "escalated">): string {
  return asksForMoney(row) ? "approvals.decide or budgets.override" : "approvals.decide";
}

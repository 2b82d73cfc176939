import type { Decided } from "@/lib/approvals/decide";
import { decideApproval } from "@/lib/approvals/decide";
import { recordEvent } from "@/lib/audit/record";
import { loadChatCaller } from "@/lib/ctx/chat";
import type { Ctx } from "@/lib/ctx/ctx";
import type { RequestInfo } from "@/lib/ctx/person";
import { AppError } from "@/lib/errors";
import { toAppError } from "@/lib/result";
import type { Press } from "./read-press";
import { openReference } from "./reference";
import type { ChannelRow } from "./row";

/** What came of a press, for who pressed. `redraws`: the message as it was is not true any more. */
export type Pressed =
  | { decided: Decided["status"]; approvalId: string; by: string; redraws: string }
  | { decided: null; status: number; code: string; text: string; href: string; redraws: string | null };

type At = { info: RequestInfo; ctx: Ctx; channel: ChannelRow & { kind: "slack" | "webhook"; decideUpTo: "LOW" | "MEDIUM" } };

/**
 * Decides what a button stands for, as the person whose chat account pressed it, by the same verb as the portal and with all
 * that it asks. Whatever is in the way is told to who pressed, with a link.
 */
export async function decidePress({ info, ctx, channel }: At, { userId, decision, reference: given, reason }: Press): Promise<Pressed> {
  const reference = openReference(channel.id, given);
  if (!reference) return refused("gone", 410, "What this button stands for is over, or it is none of this channel's.", "/approvals");
  const { approvalId, digest, stage, messageId } = reference;
  const href = `/approvals/${approvalId}`;
  const { organizationId } = channel;
  const place = { organizationId, channelId: channel.id, channelName: channel.name, kind: channel.kind, workspaceId: channel.workspaceId, upTo: channel.decideUpTo, userId };
  const caller = await loadChatCaller(info, place);
  if (!caller.ctx) {
    const resource = { type: "chat_channel", id: channel.id, name: channel.name, workspaceId: channel.workspaceId };
    await recordEvent(ctx, { action: "chat.decision_refused", outcome: "blocked", resource, details: { approval: approvalId, decision, user: userId, reason: caller.why } });
    return refused("not_vouched", 403, caller.why, href);
  }
  if (decision === "rejected" && reason === "") return refused("invalid_input", 400, "Say why you reject it: the agent learns the reason. Type it above the buttons and press again.", href);
  try {
    const { status } = await decideApproval(caller.ctx, { id: approvalId, decision, reason, digest, stage });
    return { decided: status, approvalId, by: caller.ctx.actor.name, redraws: messageId };
  } catch (error) {
    const known = toAppError(error, info.requestId);
    if (!(known instanceof AppError)) throw error;
    const { code, status, message, hint } = known;
    return { ...refused(code, status, [message, hint].filter(Boolean).join(" "), href), redraws: code === "conflict" ? messageId : null };
  }
}

function refused(code: string, status: number, text: string, href: string) {
  return { decided: null, status, code, text, href, redraws: null } as const;
}

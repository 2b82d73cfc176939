import { eq } from "drizzle-orm";
import { z } from "zod";
import { riskClasses } from "@/db/schema/agent";
import { chatChannel, chatRisks } from "@/db/schema/chat";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { openAddress, sealDecisionSecret, slackTeamOf } from "./address";
import { type ChannelRow, lockChannel } from "./row";
import { newSigningSecret } from "./sign";

export const SetDecidingInput = z.strictObject({
  id: z.uuid(),
  /** Empty: nothing is decided there. */
  upTo: z.enum(chatRisks).or(z.literal("")).transform((risk) => risk || null),
  /** Slack's signing secret of the app; left out, the one that is kept stays. */
  signingSecret: z.string().trim().regex(/^(?:[0-9a-f]{32,64})?$/i, "is 32 digits and letters a to f: in Slack, Basic Information of the app, Signing Secret").default(""),
});
export type SetDecidingInput = z.infer<typeof SetDecidingInput>;

/**
 * Lets requests up to a risk be decided in a channel, or no more. `secret`: by which a generic webhook's receiver signs what it
 * posts back, shown this once and new each time. What was given for it before is forgotten when it ends.
 * @throws AppError `conflict` for a chat whose word cannot be checked; `invalid_input` where no message would have a button.
 */
export async function setDeciding(ctx: PersonCtx, { id, upTo, signingSecret }: SetDecidingInput): Promise<{ id: string; secret: string | null }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    const channel = await lockChannel(tx, id);
    await requireFreshProof(tx, ctx, "chat.decide", `${id} ${upTo ?? "off"}`);
    const secret = upTo === null ? null : secretFor(channel, upTo, signingSecret);
    const kept = secret === null ? {} : { decisionSecret: sealDecisionSecret(id, secret) };
    await tx.update(chatChannel).set(upTo === null ? { decideUpTo: null, decisionSecret: null } : { decideUpTo: upTo, ...kept }).where(eq(chatChannel.id, id));
    const { name, workspaceId, kind, decideUpTo } = channel;
    const details = { kind, before: decideUpTo, after: upTo, secret: upTo === null ? "forgotten" : secret === null ? "kept" : "new" };
    return { value: { id, secret: kind === "webhook" ? secret : null }, audit: { action: "chat.deciding_set", resource: { type: "chat_channel", id, name, workspaceId }, details } };
  });
}

/** Null: the one that is kept stays. */
function secretFor(channel: ChannelRow, upTo: NonNullable<ChannelRow["decideUpTo"]>, given: string): string | null {
  const { kind, topics, riskAtLeast, decisionSecret } = channel;
  if (kind === "teams") throw conflict("Nothing can be decided in Microsoft Teams.", "Its webhooks do not say, in a way that can be checked, who pressed a button. Messages there link to the portal.");
  if (!topics.includes("requests") && !topics.includes("escalations")) throw fieldError("upTo", "would have no effect: this channel is told of no requests");
  if (riskClasses.indexOf(riskAtLeast) > riskClasses.indexOf(upTo)) throw fieldError("upTo", `would have no effect: this channel is told of requests from ${riskAtLeast} on`);
  if (kind === "webhook") return newSigningSecret();
  if (slackTeamOf(openAddress(channel).url) === null) throw conflict("The address of this channel is not of Slack itself.", "Only /services/T…/… says whose workspace it is. Mattermost and others can be a generic webhook.");
  if (given === "" && !decisionSecret) throw fieldError("signingSecret", "is needed: by it a press is known to come from Slack");
  return given || null;
}

function fieldError(field: string, message: string): AppError {
  return new AppError("invalid_input", `${field}: ${message}`, { fields: { [field]: message } });
}

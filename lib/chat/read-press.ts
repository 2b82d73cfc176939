import { z } from "zod";

/** What somebody pressed, in whose name the chat says so. */
export type Press = {
  userId: string;
  decision: "approved" | "rejected";
  reference: string;
  reason: string;
  /** Slack: where its answer goes. */
  replyUrl: string | null;
};

const id = z.string().min(1).max(200);
const Pressed = z.object({ action_id: z.enum(["approved", "rejected"]), block_id: z.string().max(255), value: z.string().max(2_000) });
const Payload = z.object({
  type: z.literal("block_actions"),
  team: z.object({ id }).nullish(),
  user: z.object({ id, team_id: id.nullish() }),
  actions: z.tuple([Pressed], z.unknown()),
  response_url: z.string().max(2_000).nullish(),
  state: z.object({ values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().max(3_000).nullish() }))) }).nullish(),
});

/**
 * What Slack posts when a button is pressed. Null for whatever is no press of ours, and for a press of somebody whose id is of
 * another Slack workspace: an app may be in several, and a channel may be shared with another company.
 * https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
 */
export function readSlackPress(body: Buffer, team: string | null): Press | null {
  const parsed = Payload.safeParse(json(new URLSearchParams(body.toString("utf8")).get("payload")));
  if (!parsed.success || team === null) return null;
  const { user, actions: [pressed], state, response_url: replyUrl, team: sentFrom } = parsed.data;
  if (sentFrom?.id !== team || (user.team_id && user.team_id !== team)) return null;
  const typed = state?.values[pressed.block_id.replace(/^decide:/, "why:")]?.reason?.value;
  return { userId: user.id, decision: pressed.action_id, reference: pressed.value, reason: typed?.trim() ?? "", replyUrl: replyUrl ?? null };
}

const Answer = z.object({ decision: z.enum(["approved", "rejected"]), reason: z.string().max(1_000).default(""), actor: z.object({ id }), reference: z.string().max(2_000) });

/** What the receiver of a generic webhook posts. Null: it is nothing of the kind. */
export function readWebhookPress(body: Buffer): Press | null {
  const parsed = Answer.safeParse(json(body.toString("utf8")));
  if (!parsed.success) return null;
  const { decision, reason, actor, reference } = parsed.data;
  return { userId: actor.id, decision, reference, reason: reason.trim(), replyUrl: null };
}

function json(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "") as unknown;
  } catch {
    return undefined;
  }
}

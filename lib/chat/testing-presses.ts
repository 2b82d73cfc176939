import { createHmac } from "node:crypto";
import { eq } from "drizzle-orm";
import { person } from "@/db/schema/people";
import { ssoConnection } from "@/db/schema/sso";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { newId } from "@/lib/id";
import { inside } from "@/lib/runs/testing";
import { tenant } from "@/lib/testing/tenant";
import { addChannel, AddChannelInput } from "./add";
import { setDeciding, SetDecidingInput } from "./set-deciding";
import { type chatServer, sendWaiting, tick } from "./testing";
import { vouch } from "./vouch";

export const signingSecret = "8f742231b10e8888abcd99faaabbb85a5".slice(0, 32);
type Block = { type: string; block_id?: string; text?: { text: string }; elements?: { action_id: string; value: string }[] };
type Server = Awaited<ReturnType<typeof chatServer>>;
type Organization = Awaited<ReturnType<typeof tenant>>;

/** An organization where requests up to MEDIUM may be decided in a channel, and an identity provider that knows people's chat ids. */
export async function deciding(server: Server, { kind = "slack", ...changes }: { kind?: "slack" | "webhook"; workspaceId?: string } = {}) {
  const approval = { mode: "approval", costCeilingMicros: null } as const;
  const t = await tenant({ tools: [{ tool: "crm.*", ...approval }, { tool: "mail.send", ...approval }, { tool: "sandbox.*", ...approval }] });
  const admin = await t.as("organization_admin");
  const { id } = await addChannel(admin, AddChannelInput.parse({ kind, name: "#approvals", url: server.url, topics: ["requests"], riskAtLeast: "LOW", ...changes }));
  await sendWaiting(t);
  const { secret } = await setDeciding(admin, SetDecidingInput.parse({ id, upTo: "MEDIUM", ...(kind === "slack" ? { signingSecret } : {}) }));
  const connectionId = newId();
  await inside(t, (tx) =>
    tx.insert(ssoConnection).values({ id: connectionId, organizationId: t.organizationId, kind: "oidc", name: "IdP", issuer: "https://idp.example.test", clientId: "x", clientSecret: Buffer.alloc(8), mapping: { email: "email", name: "name", rules: [], defaultRole: null } }),
  );
  server.posted.length = 0;
  return { ...t, admin, channelId: id, secret: secret ?? "", connectionId };
}
export type Deciding = Awaited<ReturnType<typeof deciding>>;

/** The identity provider says whose account in the chat is. */
export async function knows(t: Deciding, personId: string, chatId: string, kind: "slack" | "webhook" = "slack", sourceId = t.connectionId): Promise<void> {
  await inside(t, async (tx) => {
    const [who] = await tx.select({ id: person.id, email: person.email }).from(person).where(eq(person.id, personId));
    if (!who) throw new Error("nobody to vouch for");
    await vouch(tx, { organizationId: t.organizationId, who, source: "sso", sourceId, hadFactor: false }, [{ kind, claim: `${kind}_user_id`, values: [chatId] }]);
  });
}

/** A supervisor whose account there is known. */
export async function supervisorKnownAs(t: Deciding, chatId: string, kind: "slack" | "webhook" = "slack") {
  const supervisor = await t.as("supervisor");
  await knows(t, supervisor.actor.id, chatId, kind);
  return supervisor;
}

/** An agent asks, and the channel is told; gives the request, and what its buttons carry where it has some. */
export async function asked(server: Server, t: Organization, changes: object = {}) {
  const input = SubmitActionInput.parse({ tool: "crm.read", arguments: { id: "42" }, resource: "customers/42", purpose: "To look it up", estimatedCostMicros: 1_000, ...changes });
  const { action: made } = await submitAction(t.agent, input, newId());
  const wrong = await tick(t);
  if (wrong.length > 0) throw new Error(wrong.join());
  return { id: made.approvalId ?? "", actionId: made.id, digest: made.digest, value: valueOf(server) };
}

export function lastBlocks(server: Server): Block[] {
  return (JSON.parse(server.posted.at(-1)?.body ?? "{}") as { blocks?: Block[] }).blocks ?? [];
}

export function valueOf(server: Server): string {
  return lastBlocks(server).find(({ type }) => type === "actions")?.elements?.[0]?.value ?? "";
}

type SlackPress = { user: string; value: string; decision?: string; reason?: string; team?: string; userTeam?: string; replyUrl?: string; secret?: string; at?: number; trigger?: string };

/** A press as Slack posts it, signed as Slack signs. */
export function slackRequest(server: Server, { user, value, decision = "approved", reason, team = "T000", userTeam, replyUrl = server.url.replace("secret-part", "answer"), secret = signingSecret, at = Date.now(), trigger = newId() }: SlackPress): Request {
  const payload = {
    type: "block_actions", trigger_id: trigger, team: { id: team }, user: { id: user, ...(userTeam ? { team_id: userTeam } : {}) }, response_url: replyUrl,
    actions: [{ type: "button", action_id: decision, block_id: "decide:0", value }],
    state: { values: { "why:0": { reason: { type: "plain_text_input", value: reason ?? null } } } },
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const seconds = String(Math.floor(at / 1_000));
  const signature = `v0=${createHmac("sha256", secret).update(`v0:${seconds}:${body}`).digest("hex")}`;
  return posted(body, { "content-type": "application/x-www-form-urlencoded", "x-slack-request-timestamp": seconds, "x-slack-signature": signature });
}

/** An answer of a generic webhook's receiver, signed after Standard Webhooks. */
export function webhookRequest(secret: string, content: object, { id = newId(), at = Date.now() } = {}): Request {
  const body = JSON.stringify(content);
  const seconds = String(Math.floor(at / 1_000));
  const signature = createHmac("sha256", Buffer.from(secret.slice("whsec_".length), "base64")).update(`${id}.${seconds}.${body}`).digest("base64");
  return posted(body, { "content-type": "application/json", "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": `v1,bm8= v1,${signature}` });
}

export function posted(body: string, headers: Record<string, string>): Request {
  return new Request("http://localhost:3000/api/chat/x", { method: "POST", body, headers: { "content-length": String(Buffer.byteLength(body)), ...headers } });
}

import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { agent, apiKey } from "@/db/schema/agent";
import { approval } from "@/db/schema/action";
import { chatChannel, chatIdentity } from "@/db/schema/chat";
import { networkRule } from "@/db/schema/network";
import { person, roleGrant } from "@/db/schema/people";
import { securitySetting } from "@/db/schema/security";
import { ssoConnection } from "@/db/schema/sso";
import { decideApproval } from "@/lib/approvals/decide";
import { useAuditKey } from "@/lib/audit/testing";
import { formatAmount } from "@/lib/budgets/amount";
import { pauseChannel } from "@/lib/chat/pause";
import { sealReference } from "@/lib/chat/reference";
import { chatServer, sendWaiting } from "@/lib/chat/testing";
import { asked, type Deciding, deciding, knows, lastBlocks, posted, slackRequest, supervisorKnownAs, valueOf, webhookRequest } from "@/lib/chat/testing-presses";
import { fromSlack } from "@/lib/chat/verify";
import { newId } from "@/lib/id";
import { place } from "@/lib/locks/testing";
import { loadProof } from "@/lib/proof/load";
import { stateOf } from "@/lib/proof/link";
import { inside } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { POST } from "./[id]/route";

useTestDatabase();
useAuditKey();
let server: Awaited<ReturnType<typeof chatServer>>;
beforeEach(async () => void (server = await chatServer()));
afterEach(() => server.close());

const post = (t: Pick<Deciding, "channelId">, request: Request) => POST(request, { params: Promise.resolve({ id: t.channelId }) });
const statusOf = async (t: Deciding, id: string) => (await inside(t, (tx) => tx.select({ status: approval.status }).from(approval).where(eq(approval.id, id))))[0]?.status;
/** What the chat is told in answer to a press: words for who pressed, or the message anew. */
async function answers(t: Deciding): Promise<string[]> {
  const before = server.posted.length;
  expect(await sendWaiting(t)).toEqual([]);
  return server.posted.slice(before).map(({ body }) => body);
}

/** Presses, and says what the one who pressed is told; the request must be as it was. */
async function refusedBy(t: Deciding, id: string, press: Parameters<typeof slackRequest>[1]): Promise<string> {
  const before = await statusOf(t, id);
  expect((await post(t, slackRequest(server, press))).status).toBe(200);
  expect(await statusOf(t, id)).toBe(before);
  const [note = ""] = await answers(t);
  expect(JSON.parse(note)).toMatchObject({ response_type: "ephemeral", replace_original: false });
  return note;
}

describe("deciding in Slack", () => {
  it("is done by whom the identity provider vouches for, with all that is decided on shown, and stands in the event and the proof", async () => {
    const t = await deciding(server);
    const supervisor = await supervisorKnownAs(t, "U0SUPER");
    const { id, digest, value } = await asked(server, t);
    expect(lastBlocks(server).map(({ type }) => type)).toEqual(["section", "section", "section", "section", "input", "actions", "section"]);
    expect(lastBlocks(server).map(({ text }) => text?.text)).toContain(`tool "crm.read", operation "execute", on "customers/42", with {"id":"42"}, for up to ${formatAmount(1_000, "USD")}`);
    const answer = await post(t, slackRequest(server, { user: "U0SUPER", value }));
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
    expect(await statusOf(t, id)).toBe("approved");
    const [event] = await eventBodies(t.organizationId, "approvals.decided");
    expect(event).toMatchObject({
      actor: { kind: "person", id: supervisor.actor.id },
      details: { digest, proof: null, chat: { channel: t.channelId, kind: "slack", user: "U0SUPER", vouchedBy: { source: "sso", id: t.connectionId, claim: "slack_user_id" } } },
    });
    expect(event?.actor).not.toHaveProperty("session");
    const [redrawn = ""] = await answers(t);
    expect(JSON.parse(redrawn)).toMatchObject({ replace_original: true });
    expect(redrawn).toContain("Approved by supervisor.");
    expect(redrawn).not.toContain('"actions"');
    const { links } = await loadProof(supervisor, { id });
    const decision = links.find((link) => link.id === "decision");
    expect(decision?.says).toContain("in the chat “#approvals” (slack), as its user U0SUPER");
    expect(decision && stateOf(decision)).toBe("ok");
  });

  it("rejects with the reason that was typed, and says that one is needed", async () => {
    const t = await deciding(server);
    await supervisorKnownAs(t, "U0SUPER");
    const { id, value } = await asked(server, t);
    expect(await refusedBy(t, id, { user: "U0SUPER", value, decision: "rejected" })).toContain("Say why you reject it");
    await post(t, slackRequest(server, { user: "U0SUPER", value, decision: "rejected", reason: "Wrong customer" }));
    expect(await statusOf(t, id)).toBe("rejected");
    expect((await eventBodies(t.organizationId, "approvals.decided"))[0]).toMatchObject({ details: { reason: "Wrong customer", decision: "rejected" } });
  });

  it("offers no button for what is riskier, a program, long, secret, or holds what cannot be seen", async () => {
    const t = await deciding(server);
    const without = [
      { tool: "mail.send", arguments: { to: "a@example.test" } },
      { tool: "sandbox.python", arguments: { code: "print(1)" }, estimatedCostMicros: 5_000_000 },
      { arguments: { note: "x".repeat(1_600) } },
      { arguments: { password: "hunter2hunter2" } },
      { arguments: { note: "a\u202Eb" } },
      { arguments: { note: "one  two" } },
    ];
    for (const changes of without) expect([changes, (await asked(server, t, changes)).value]).toEqual([changes, ""]);
    expect((await asked(server, t)).value).not.toBe("");
  });
});

describe("deciding by a webhook's receiver", () => {
  it("is answered with what came of it, and needs no more than its own secret and a vouched id", async () => {
    const t = await deciding(server, { kind: "webhook" });
    await supervisorKnownAs(t, "mm:olga", "webhook");
    const { id } = await asked(server, t);
    const { data } = JSON.parse(server.posted.at(-1)?.body ?? "") as { data: { items: { decide: { reference: string; postTo: string } }[] } };
    const { reference = "", postTo = "" } = data.items[0]?.decide ?? {};
    expect(postTo).toMatch(new RegExp(`/api/chat/${t.channelId}$`));
    const body = { decision: "approved", actor: { id: "mm:olga" }, reference };
    const unknown = await post(t, webhookRequest(t.secret, { ...body, actor: { id: "mm:mallory" } }));
    expect([unknown.status, await unknown.json()]).toMatchObject([403, { error: "not_vouched" }]);
    const answer = await post(t, webhookRequest(t.secret, body));
    expect([answer.status, await answer.json()]).toMatchObject([200, { status: "approved", by: "supervisor", url: expect.stringContaining(id) }]);
    const late = await post(t, webhookRequest(t.secret, body));
    expect([late.status, await late.json()]).toMatchObject([409, { error: "conflict" }]);
    expect((await post(t, webhookRequest(t.secret, { decision: "approved" }))).status).toBe(400);
  });

  it("is not done with the secret of our own messages, nor with what we sent given back", async () => {
    const t = await deciding(server, { kind: "webhook" });
    await asked(server, t);
    const sent = server.posted.at(-1);
    const echoed = Object.fromEntries(["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => [name, String(sent?.headers[name])]));
    expect((await post(t, posted(sent?.body ?? "", echoed))).status).toBe(401);
  });
});

describe("attacks by way of a chat that decides", () => {
  it("knows Slack's signature by Slack's own example", () => {
    const body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    const sent = { headers: new Headers({ "x-slack-request-timestamp": "1531420618", "x-slack-signature": signature }), body: Buffer.from(body) };
    const secret = "8f742231b10e8888abcd99yyyzzz85a5";
    expect(fromSlack(secret, sent, 1_531_420_618_000)).toBe(signature);
    expect(fromSlack(secret, sent, 1_531_420_618_000 + 301_000)).toBeNull();
    expect(fromSlack(secret, { ...sent, body: Buffer.from(`${body} `) }, 1_531_420_618_000)).toBeNull();
  });

  it("answers forged, old, future and repeated presses, other kinds' signatures, other channels and none at all in the same way, and does nothing", async () => {
    const [t, other] = [await deciding(server), await deciding(server)];
    await supervisorKnownAs(t, "U0SUPER");
    const { id, value } = await asked(server, t);
    const press = { user: "U0SUPER", value };
    const unsigned = slackRequest(server, press);
    unsigned.headers.delete("x-slack-signature");
    const changed = slackRequest(server, press);
    const body = await changed.clone().text();
    const refused: [string, Pick<Deciding, "channelId">, Request][] = [
      ["another secret", t, slackRequest(server, { ...press, secret: "0".repeat(32) })],
      ["another organization's secret", t, slackRequest(server, { ...press, secret: other.secret || "1".repeat(32) })],
      ["six minutes ago", t, slackRequest(server, { ...press, at: Date.now() - 6 * 60_000 })],
      ["in six minutes", t, slackRequest(server, { ...press, at: Date.now() + 6 * 60_000 })],
      ["no signature", t, unsigned],
      ["another body", t, posted(body.replace("approved", "rejected"), Object.fromEntries(changed.headers))],
      ["a webhook's signature", t, webhookRequest("whsec_AAAA", press)],
      ["no such channel", { channelId: newId() }, slackRequest(server, press)],
      ["no id", { channelId: "x" }, slackRequest(server, press)],
    ];
    const said = new Set<string>();
    for (const [what, at, request] of refused) {
      const answer = await post(at, request);
      expect([what, answer.status]).toEqual([what, 401]);
      said.add(JSON.stringify({ ...((await answer.json()) as object), requestId: "" }));
    }
    expect(said.size).toBe(1);
    expect(await statusOf(t, id)).toBe("pending");
    const once = slackRequest(server, press);
    const again = once.clone();
    expect((await post(t, once)).status).toBe(200);
    expect(await statusOf(t, id)).toBe("approved");
    expect((await post(t, again)).status).toBe(401);
    const large = posted("x", { "content-length": "200000" });
    expect((await post(t, large)).status).toBe(413);
  });

  it("leaves a channel alone that is paused, decides nothing, or had it ended", async () => {
    const t = await deciding(server);
    await supervisorKnownAs(t, "U0SUPER");
    const { id, value } = await asked(server, t);
    await pauseChannel(t.admin, { id: t.channelId, paused: true });
    expect((await post(t, slackRequest(server, { user: "U0SUPER", value }))).status).toBe(401);
    await pauseChannel(t.admin, { id: t.channelId, paused: false });
    await inside(t, (tx) => tx.update(chatChannel).set({ decideUpTo: null }).where(eq(chatChannel.id, t.channelId)));
    expect((await post(t, slackRequest(server, { user: "U0SUPER", value }))).status).toBe(401);
    expect(await statusOf(t, id)).toBe("pending");
  });

  it("takes no press of somebody whom nobody vouches for, two are, or who is of another Slack workspace", async () => {
    const t = await deciding(server);
    const supervisor = await supervisorKnownAs(t, "U0SUPER");
    const { id, value } = await asked(server, t);
    expect(await refusedBy(t, id, { user: "U0STRANGER", value })).toContain("does not say who you are in this chat");
    expect((await eventBodies(t.organizationId, "chat.decision_refused"))[0]).toMatchObject({ outcome: "blocked", details: { user: "U0STRANGER", approval: id } });
    for (const elsewhere of [{ team: "T0OTHER" }, { userTeam: "T0OTHER" }]) {
      await post(t, slackRequest(server, { user: "U0SUPER", value, ...elsewhere }));
      expect(await answers(t)).toEqual([]);
    }
    // What was given in another chat's ids is not an id of Slack.
    await knows(t, (await t.as("supervisor")).actor.id, "U0ELSEWHERE", "webhook");
    expect(await refusedBy(t, id, { user: "U0ELSEWHERE", value })).toContain("does not say who you are");
    const twin = await t.as("supervisor");
    await knows(t, twin.actor.id, "U0SUPER");
    expect(await refusedBy(t, id, { user: "U0SUPER", value })).toContain("of two people");
    await inside(t, (tx) => tx.update(person).set({ status: "left" }).where(eq(person.id, twin.actor.id)));
    const set = (values: Partial<typeof chatIdentity.$inferInsert>) => inside(t, (tx) => tx.update(chatIdentity).set(values).where(eq(chatIdentity.personId, supervisor.actor.id)));
    await set({ vouchedAt: new Date(Date.now() - 8 * 86_400_000) });
    expect(await refusedBy(t, id, { user: "U0SUPER", value })).toContain("in the last 7 days");
    await set({ vouchedAt: new Date() });
    await inside(t, (tx) => tx.update(ssoConnection).set({ removedAt: new Date() }).where(eq(ssoConnection.id, t.connectionId)));
    expect(await refusedBy(t, id, { user: "U0SUPER", value })).toContain("does not bear out");
  });

  it("takes no press of who lost the role, is locked or suspended, lacks a factor that is due, or may come from certain networks only", async () => {
    const t = await deciding(server);
    const supervisor = await supervisorKnownAs(t, "U0SUPER");
    const { id, value } = await asked(server, t);
    const press = { user: "U0SUPER", value };
    const own = eq(roleGrant.personId, supervisor.actor.id);
    await inside(t, (tx) => tx.update(roleGrant).set({ role: "viewer" }).where(own));
    expect(await refusedBy(t, id, press)).toContain("approvals.view");
    await inside(t, (tx) => tx.update(roleGrant).set({ role: "supervisor", revokedAt: new Date() }).where(own));
    expect(await refusedBy(t, id, press)).toContain("has no role");
    await inside(t, (tx) => tx.update(roleGrant).set({ revokedAt: null }).where(own));
    await inside(t, (tx) => tx.update(person).set({ status: "suspended" }).where(eq(person.id, supervisor.actor.id)));
    expect(await refusedBy(t, id, press)).toContain("is not active");
    await inside(t, (tx) => tx.update(person).set({ status: "active" }).where(eq(person.id, supervisor.actor.id)));
    await inside(t, (tx) => tx.insert(securitySetting).values({ organizationId: t.organizationId, factorRoles: ["supervisor"], factorGraceDays: 0, factorSince: new Date(Date.now() - 86_400_000) }));
    expect(await refusedBy(t, id, press)).toContain("second factor");
    await inside(t, (tx) => tx.update(securitySetting).set({ factorRoles: [] }).where(eq(securitySetting.organizationId, t.organizationId)));
    await inside(t, (tx) => tx.insert(networkRule).values({ organizationId: t.organizationId, scopeId: t.organizationId, scope: "organization", version: newId(), addresses: "listed" }));
    expect(await refusedBy(t, id, press)).toContain("certain networks only");
    await inside(t, (tx) => tx.update(networkRule).set({ scope: "workspace", scopeId: t.workspaceId, version: newId() }).where(eq(networkRule.organizationId, t.organizationId)));
    expect(await refusedBy(t, id, press)).not.toContain("certain networks");
    await inside(t, (tx) => tx.update(networkRule).set({ addresses: "any", version: newId() }).where(eq(networkRule.organizationId, t.organizationId)));
    await place(t.admin, "person", supervisor.actor.id);
    expect(await refusedBy(t, id, press)).toContain("Under investigation");
  });

  it("keeps who owns the agent, with any of their accounts, and who made its key from deciding there too", async () => {
    const t = await deciding(server);
    const { id, value } = await asked(server, t);
    const owner = await t.owner();
    await knows(t, owner.actor.id, "U0OWNER");
    expect(await refusedBy(t, id, { user: "U0OWNER", value })).toContain("own the agent");
    const second = await t.as("supervisor");
    await inside(t, (tx) => tx.update(person).set({ email: owner.actor.email.replace("@", "+second@") }).where(eq(person.id, second.actor.id)));
    await knows(t, second.actor.id, "U0SECOND");
    expect(await refusedBy(t, id, { user: "U0SECOND", value })).toContain("another account of yours");
    const maker = await supervisorKnownAs(t, "U0MAKER");
    await inside(t, (tx) => tx.update(apiKey).set({ createdBy: maker.actor.id }).where(eq(apiKey.agentId, t.agentId)));
    const { id: later, value: laters } = await asked(server, t);
    expect(await refusedBy(t, later, { user: "U0MAKER", value: laters })).toContain("made the key");
  });

  it("decides nothing above the channel's risk, of another workspace or kind, or by a button that is not ours, however it was made", async () => {
    const t = await deciding(server);
    await supervisorKnownAs(t, "U0SUPER");
    const high = await asked(server, t, { tool: "mail.send", arguments: { to: "a@example.test" } });
    const made = (of: { id: string; digest: string }, channelId = t.channelId, changes: object = {}) => sealReference(channelId, { approvalId: of.id, digest: of.digest, stage: 0, messageId: newId(), expiresAt: Date.now() + 60_000, ...changes });
    expect(await refusedBy(t, high.id, { user: "U0SUPER", value: made(high) })).toContain("Its risk is HIGH");
    const low = await asked(server, t);
    const other = await deciding(server);
    for (const value of [made(low, other.channelId), made(low, t.channelId, { expiresAt: Date.now() - 1 }), "AAAA", low.id, `${low.value.slice(0, -4)}AAAA`]) expect(await refusedBy(t, low.id, { user: "U0SUPER", value })).toContain("none of this channel's");
    await inside(t, (tx) => tx.update(approval).set({ kind: "access" }).where(eq(approval.id, low.id)));
    expect(await refusedBy(t, low.id, { user: "U0SUPER", value: low.value })).toContain("of this kind");
    await inside(t, (tx) => tx.update(approval).set({ kind: "action" }).where(eq(approval.id, low.id)));
    await inside(t, (tx) => tx.update(chatChannel).set({ decideUpTo: "LOW", workspaceId: newId() }).where(eq(chatChannel.id, t.channelId)));
    expect(await refusedBy(t, low.id, { user: "U0SUPER", value: low.value })).toContain("another workspace");
    // The same in a stranger's channel, with a stranger's own button: the request is not there.
    await supervisorKnownAs(other, "U0SUPER");
    expect(await refusedBy(other, low.id, { user: "U0SUPER", value: made(low, other.channelId) })).toContain("no such request");
  });

  it("does not decide what is not what was shown, and says so", async () => {
    const t = await deciding(server);
    await supervisorKnownAs(t, "U0SUPER");
    const { id, value } = await asked(server, t);
    await inside(t, (tx) => tx.update(approval).set({ digest: Buffer.alloc(32, 1) }).where(eq(approval.id, id)));
    expect(await refusedBy(t, id, { user: "U0SUPER", value })).toContain("not the one that you were shown");
    await inside(t, (tx) => tx.update(agent).set({ policyVersion: 2 }).where(eq(agent.id, t.agentId)));
    expect(await refusedBy(t, id, { user: "U0SUPER", value })).toContain("policy changed");
  });

  it("counts one of two presses at once, and tells who comes late, also after the portal, how it ended", async () => {
    const t = await deciding(server);
    await supervisorKnownAs(t, "U0ONE");
    await supervisorKnownAs(t, "U0TWO");
    const { id, value } = await asked(server, t);
    await Promise.all([post(t, slackRequest(server, { user: "U0ONE", value })), post(t, slackRequest(server, { user: "U0TWO", value, decision: "rejected", reason: "No" }))]);
    expect((await eventBodies(t.organizationId, "approvals.decided")).filter(({ outcome }) => outcome === "success")).toHaveLength(1);
    expect(["approved", "rejected"]).toContain(await statusOf(t, id));
    await answers(t);
    const later = await asked(server, t);
    await decideApproval(await t.as("supervisor"), { id: later.id, decision: "approved", digest: later.digest });
    expect(await refusedBy(t, later.id, { user: "U0ONE", value: later.value })).toContain("approved already");
    expect(server.posted.at(-1)?.body).toContain("Approved by supervisor.");
    expect(valueOf(server)).toBe("");
  });

  it("sends an answer to Slack alone", async () => {
    const t = await deciding(server);
    const { value } = await asked(server, t);
    const before = await inside(t, (tx) => tx.$count(sql`chat_message`));
    for (const replyUrl of ["https://evil.example/x", "https://hooks.slack.com.evil.example/x", "https://me@hooks.slack.com/x", "http://hooks.slack.com/x", "javascript:alert(1)"]) await post(t, slackRequest(server, { user: "U0STRANGER", value, replyUrl }));
    expect(await inside(t, (tx) => tx.$count(sql`chat_message`))).toBe(before);
  });
});

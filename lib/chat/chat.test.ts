import { createHmac } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { approval } from "@/db/schema/action";
import { approvalDecision } from "@/db/schema/approval-decision";
import { chatChannel, chatMessage, chatTold } from "@/db/schema/chat";
import { notice } from "@/db/schema/message";
import { auditEvent } from "@/db/stream/audit";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { decideApproval } from "@/lib/approvals/decide";
import { setBudget } from "@/lib/budgets/set";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";
import { givePassword, provePassword } from "@/lib/mfa/testing";
import { anotherWorkspace, inside, type Tenant } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { addChannel, AddChannelInput } from "./add";
import { collectChat } from "./collect";
import { listChannels } from "./list";
import { pauseChannel } from "./pause";
import { ChatRefused, whenAsked } from "./refused";
import { removeChannel } from "./remove";
import { setDeciding, SetDecidingInput } from "./set-deciding";
import { chatServer, sendWaiting, tick } from "./testing";
import { testChannel } from "./test-channel";
import { updateChannel } from "./update";

vi.mock("@/lib/jobs/client", () => ({ inngest: { send: async () => {} } }));
useTestDatabase();

let server: Awaited<ReturnType<typeof chatServer>>;
beforeEach(async () => void (server = await chatServer()));
afterEach(() => server.close());

const everything = ["requests", "escalations", "break_glass", "budgets"];
const inputOf = (changes: object = {}) => AddChannelInput.parse({ kind: "slack", name: "#approvals", url: server.url, topics: everything, ...changes });

/** An organization with a channel whose first message has arrived. */
async function connected(changes: object = {}) {
  const t = await tenant();
  const admin = await t.as("organization_admin");
  const { id, secret } = await addChannel(admin, inputOf(changes));
  expect(await sendWaiting(t)).toEqual([]);
  expect(server.posted).toHaveLength(1);
  return { t, admin, id, secret: secret ?? "" };
}

async function ask(t: Tenant, purpose = "To greet them", args: Record<string, unknown> = { to: "a@example.test" }, resource = "") {
  const input = SubmitActionInput.parse({ tool: "mail.send", arguments: args, purpose, estimatedCostMicros: 1_000, ...(resource ? { resource } : {}) });
  return (await submitAction(t.agent, input, newId())).action;
}

const last = () => JSON.parse(server.posted.at(-1)?.body ?? "null") as unknown;
const lastText = () => server.posted.at(-1)?.body ?? "";
const channelOf = async (admin: PersonCtx) => (await listChannels(admin))[0];

describe("a channel in a chat", () => {
  it("of Slack gets a request once, with a link to it and nothing that decides", async () => {
    const { t, admin } = await connected();
    const { approvalId } = await ask(t);
    expect(await tick(t)).toEqual([]);
    expect(last()).toMatchObject({ text: expect.stringContaining("Expense analyst asks for mail.send"), blocks: [{ type: "section", text: { type: "plain_text" } }, {}, { text: { text: "“To greet them”" } }, { text: { type: "mrkdwn", text: `<${env().APP_URL}/approvals/${approvalId}|Open in Countersign>` } }] });
    expect(lastText()).not.toMatch(/"type":"(actions|button|input)"/);
    await tick(t);
    expect(server.posted).toHaveLength(2);
    expect(await channelOf(admin)).toMatchObject({ state: "working", lastError: null });
  });

  it("of Teams gets an Adaptive Card whose text is read as text alone", async () => {
    const { t } = await connected({ kind: "teams" });
    await ask(t, "[Approve here](https://evil.example) **now**");
    await tick(t);
    const card = (last() as { attachments: { contentType: string; content: { body: { type: string; inlines?: { type: string; text: string }[] }[] } }[] }).attachments[0];
    expect(card?.contentType).toBe("application/vnd.microsoft.card.adaptive");
    expect(card?.content.body.map(({ type }) => type)).toEqual(["RichTextBlock", "RichTextBlock", "RichTextBlock", "ActionSet"]);
    expect(card?.content.body[2]?.inlines).toMatchObject([{ type: "TextRun", text: "“[Approve here](https[:]//evil.example) **now**”" }]);
    expect([...lastText().matchAll(/"type":"(Action\.\w+)"/g)].map(([, type]) => type)).toEqual(["Action.OpenUrl"]);
  });

  it("of any other server gets JSON that is signed with the secret that was shown once", async () => {
    const { t, secret } = await connected({ kind: "webhook" });
    await ask(t);
    await tick(t);
    const headers = server.posted.at(-1)?.headers ?? {};
    const signature = createHmac("sha256", Buffer.from(secret.slice("whsec_".length), "base64")).update(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${lastText()}`).digest("base64");
    expect(headers["webhook-signature"]).toBe(`v1,${signature}`);
    expect(Math.abs(Date.now() / 1_000 - Number(headers["webhook-timestamp"]))).toBeLessThan(600);
    expect(last()).toMatchObject({ type: "notices.posted", data: { items: [{ topic: "requests", quote: "To greet them", url: expect.stringContaining("/approvals/") }], more: 0 } });
  });

  it("gets many requests as one message with the first of them and a count", async () => {
    const { t } = await connected({ kind: "webhook" });
    for (let at = 0; at < 7; at += 1) await ask(t);
    await tick(t);
    expect(server.posted).toHaveLength(2);
    const { data } = last() as { data: { items: unknown[]; more: number } };
    expect([data.items.length, data.more]).toEqual([5, 2]);
  });

  it("is told of requests from its risk on, of its own workspace, and of nothing from before it", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    const before = await ask(t);
    await inside(t, (tx) => tx.update(approval).set({ createdAt: new Date(Date.now() - 60_000) }).where(eq(approval.id, before.approvalId ?? "")));
    const elsewhere = await anotherWorkspace(t);
    const names = [{ name: "critical", riskAtLeast: "CRITICAL" }, { name: "elsewhere", workspaceId: elsewhere }, { name: "budgets", topics: ["budgets"] }, { name: "here", workspaceId: t.workspaceId, riskAtLeast: "LOW" }];
    for (const changes of names) await addChannel(admin, inputOf({ kind: "webhook", ...changes }));
    await sendWaiting(t);
    const made = await ask(t);
    server.posted.length = 0;
    await tick(t);
    expect(server.posted).toHaveLength(1);
    expect(lastText()).toContain(made.approvalId);
    expect(lastText()).not.toContain(before.approvalId);
  });

  it("is told of a further stage once it decides, by name", async () => {
    const { t, admin } = await connected({ kind: "webhook", riskAtLeast: "LOW", topics: ["requests"] });
    const { approvalId } = await ask(t);
    const id = approvalId ?? "";
    const stage = (name: string) => ({ name, source: null, anyOf: [{ count: 1, people: [{ kind: "decider" as const }] }], rejections: 1, reasonPattern: null, delegation: false, breakGlass: [], escalations: [] });
    await inside(t, (tx) => tx.update(approval).set({ plan: { format: 1, stages: [stage("Team"), stage("Boss")], expiresAfterSeconds: null, ownerMayDecide: false } }).where(eq(approval.id, id)));
    await tick(t);
    expect(lastText()).not.toContain("Boss");
    const [row] = await inside(t, (tx) => tx.select({ digest: approval.digest }).from(approval).where(eq(approval.id, id)));
    await decideApproval(admin, { id, digest: row?.digest.toString("hex") ?? "", decision: "approved" });
    await tick(t);
    await tick(t);
    expect(server.posted).toHaveLength(3);
    expect(last()).toMatchObject({ data: { items: [{ topic: "requests", title: expect.stringMatching(/: the stage Boss decides now$/) }] } });
  });

  it("is told of an escalation, of broken glass whatever its risk, and of a budget's threshold", async () => {
    const { t, admin } = await connected({ kind: "webhook", riskAtLeast: "LOW", topics: ["escalations", "break_glass", "budgets"] });
    await setBudget(admin, { scopeType: "project", scopeId: t.projectId, period: "month", timeZone: "UTC", capMicros: 1_500, hard: true, thresholds: [50] });
    const { approvalId } = await ask(t);
    const id = approvalId ?? "";
    await tick(t);
    expect(last()).toMatchObject({ data: { items: [{ topic: "budgets", title: expect.stringContaining("50%") }] } });
    await inside(t, async (tx) => {
      await tx.update(approval).set({ escalated: 600 }).where(eq(approval.id, id));
      await tx.insert(approvalDecision).values({ id: newId(), organizationId: t.organizationId, approvalId: id, stage: 0, personId: admin.actor.id, decision: "approved", reason: "Fire", breakGlass: true, digest: Buffer.alloc(32) });
    });
    await tick(t);
    expect(last()).toMatchObject({ data: { items: [{ topic: "break_glass", quote: "Fire" }, { topic: "escalations", title: expect.stringContaining("Nobody decided in 10 minutes") }] } });
    await tick(t);
    expect(server.posted).toHaveLength(3);
  });

  it("shows its address to nobody afterwards, and keeps it and its secret unreadable", async () => {
    const { t, admin, secret } = await connected({ kind: "webhook" });
    const kept = await inside(t, async (tx) => [await tx.select().from(chatChannel), await tx.select({ body: auditEvent.body }).from(auditEvent)]);
    const [row] = await inside(t, (tx) => tx.select({ url: chatChannel.url, secret: chatChannel.secret }).from(chatChannel));
    const readable = `${JSON.stringify([kept, await listChannels(admin)])}${row?.url.toString("latin1")}${row?.secret?.toString("latin1")}`;
    for (const hidden of ["secret-part", "/services/T000", secret.slice(6)]) expect(readable.includes(hidden)).toBe(false);
    expect((await channelOf(admin))?.shown).toMatch(/^127\.0\.0\.1:\d+\/…part$/);
  });

  it("is paused, goes on without what came meanwhile, is tried and removed, each an event", async () => {
    const { t, admin, id } = await connected();
    await pauseChannel(admin, { id, paused: true });
    const { approvalId } = await ask(t);
    await tick(t);
    await expect(testChannel(admin, { id })).rejects.toMatchObject({ code: "conflict" });
    expect(await channelOf(admin)).toMatchObject({ state: "paused" });
    await inside(t, (tx) => tx.update(approval).set({ createdAt: new Date(Date.now() - 60_000) }).where(eq(approval.id, approvalId ?? "")));
    await pauseChannel(admin, { id, paused: false });
    await tick(t);
    expect(server.posted).toHaveLength(1);
    await testChannel(admin, { id });
    await sendWaiting(t);
    expect(lastText()).toContain("This channel is connected");
    await removeChannel(admin, { id });
    await ask(t);
    await tick(t);
    expect(server.posted).toHaveLength(2);
    expect(await inside(t, async (tx) => [await tx.$count(chatChannel), await tx.$count(chatMessage), await tx.$count(chatTold)])).toEqual([0, 0, 0]);
    expect((await eventsOf(t.organizationId)).filter((name) => name.startsWith("chat."))).toEqual(["chat.added:success", "chat.paused:success", "chat.resumed:success", "chat.tested:success", "chat.removed:success"]);
  });
});

describe("a chat that", () => {
  it("is broken for a while gets its message when it is back", async () => {
    const { t, admin } = await connected({ kind: "webhook" });
    server.state.status = 500;
    await ask(t);
    expect(await tick(t)).toEqual(["The other side answered 500."]);
    expect(await channelOf(admin)).toMatchObject({ state: "failing", lastError: "The other side answered 500." });
    expect(await sendWaiting(t)).toHaveLength(1);
    server.state.status = 200;
    expect(await sendWaiting(t)).toEqual([]);
    const ids = server.posted.slice(1).map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids).size).toBe(1);
    expect(await channelOf(admin)).toMatchObject({ state: "working", failingSince: null, lastError: null });
    expect(await inside(t, (tx) => tx.$count(notice))).toBe(0);
  });

  it("is away for long is told to whoever can mend it, once", async () => {
    const { t, admin, id } = await connected();
    server.state.status = 503;
    await ask(t);
    await tick(t);
    await inside(t, (tx) => tx.update(chatChannel).set({ failingSince: new Date(Date.now() - 3_600_000) }).where(eq(chatChannel.id, id)));
    await sendWaiting(t);
    await sendWaiting(t);
    expect(await inside(t, (tx) => tx.select({ personId: notice.personId, body: notice.body }).from(notice))).toEqual([{ personId: admin.actor.id, body: expect.stringMatching(/^The other side answered 503\./) }]);
    expect((await eventsOf(t.organizationId)).filter((name) => name.startsWith("chat.failed"))).toEqual(["chat.failed:failure"]);
  });

  it("asks to wait is left alone until then, with everything for that channel, and has not failed", async () => {
    const { t, admin, id } = await connected({ kind: "webhook" });
    Object.assign(server.state, { status: 429, retryAfter: "30" });
    await ask(t);
    expect(await tick(t)).toEqual(["The other side answered 429."]);
    await ask(t);
    server.state.status = 200;
    expect(await tick(t)).toEqual(["The other side wants nothing more for now.", "The other side wants nothing more for now."]);
    expect(server.posted).toHaveLength(2);
    expect(await channelOf(admin)).toMatchObject({ state: "working", failingSince: null });
    const [row] = await inside(t, (tx) => tx.select({ notBefore: chatChannel.notBefore }).from(chatChannel));
    const refusal = new ChatRefused("later", false, row?.notBefore ?? null);
    // The engine is told when, instead of guessing.
    expect(() => whenAsked(refusal)).toThrow(expect.objectContaining({ retryAfter: row?.notBefore?.toISOString() }));
    await inside(t, (tx) => tx.update(chatChannel).set({ notBefore: new Date(Date.now() - 1_000) }).where(eq(chatChannel.id, id)));
    expect(await sendWaiting(t)).toEqual([]);
    expect(server.posted).toHaveLength(4);
  });

  it.each<[string, { status: number; text?: string; location?: string }, string]>([
    ["has removed the webhook", { status: 404, text: "no_service" }, "The other side answered 404 (no_service)."],
    ["answers with a page", { status: 410, text: "<h1>Internal name: db.intern</h1>" }, "The other side answered 410."],
    ["leads elsewhere", { status: 307, location: "http://169.254.169.254/latest" }, "The address leads elsewhere; give the address that it leads to."],
  ])("%s is not asked again for the same message, and its admins are told at once", async (_, answer, reason) => {
    const { t, admin } = await connected();
    Object.assign(server.state, answer);
    await ask(t);
    expect(await tick(t)).toEqual([]);
    await tick(t);
    expect(server.posted).toHaveLength(2);
    expect(await channelOf(admin)).toMatchObject({ state: "failing", lastError: reason });
    expect(await inside(t, (tx) => tx.$count(notice))).toBe(1);
  });
});

describe("a channel that is there", () => {
  it("is called otherwise and told less at once, and told more by who proves that it is them, of what happens then", async () => {
    const { t, admin, id } = await connected({ riskAtLeast: "HIGH", topics: ["requests", "budgets"] });
    await givePassword(admin);
    const wanted = { id, name: "#renamed", topics: ["requests" as const], riskAtLeast: "CRITICAL" as const };
    await updateChannel(admin, wanted);
    expect(await channelOf(admin)).toMatchObject({ name: "#renamed", topics: ["requests"], riskAtLeast: "CRITICAL" });
    const { approvalId } = await ask(t);
    await inside(t, (tx) => tx.update(approval).set({ createdAt: new Date(Date.now() - 60_000) }).where(eq(approval.id, approvalId ?? "")));
    for (const more of [{ ...wanted, riskAtLeast: "LOW" as const }, { ...wanted, topics: ["requests" as const, "budgets" as const] }]) {
      await expect(updateChannel(admin, more)).rejects.toMatchObject({ code: "fresh_proof_needed", freshProof: { verb: "chat.update", object: id } });
    }
    await provePassword(admin, "chat.update", id);
    await updateChannel(admin, { ...wanted, riskAtLeast: "LOW" });
    await tick(t);
    expect(server.posted).toHaveLength(1);
    await updateChannel(admin, { ...wanted, riskAtLeast: "LOW" });
    expect((await eventsOf(t.organizationId)).filter((name) => name.startsWith("chat.updated"))).toHaveLength(2);
  });

  it("lets nothing be decided but by who proves that it is them, never in Teams, never without a secret, never above MEDIUM", async () => {
    const { t, admin, id } = await connected();
    const on = (changes: object = {}) => setDeciding(admin, SetDecidingInput.parse({ id, upTo: "LOW", signingSecret: "0".repeat(32), ...changes }));
    await givePassword(admin);
    await expect(on()).rejects.toMatchObject({ code: "fresh_proof_needed", freshProof: { verb: "chat.decide", object: `${id} LOW` } });
    await provePassword(admin, "chat.decide", `${id} LOW`);
    await on();
    const [row] = await inside(t, (tx) => tx.select({ secret: chatChannel.decisionSecret }).from(chatChannel));
    expect(row?.secret?.toString("latin1")).not.toContain("0".repeat(32));
    expect(JSON.stringify([await listChannels(admin), await inside(t, (tx) => tx.select({ body: auditEvent.body }).from(auditEvent))])).not.toContain("0".repeat(32));
    for (const changes of [{ upTo: "HIGH" }, { upTo: "CRITICAL" }, { signingSecret: "short" }]) expect(() => SetDecidingInput.parse({ id, upTo: "LOW", ...changes })).toThrow();
    await expect(inside(t, (tx) => tx.update(chatChannel).set({ decideUpTo: sql`'HIGH'` }))).rejects.toThrow();
    const other = await t.as("organization_admin");
    for (const [changes, refusal] of [
      [{ kind: "teams" }, { code: "conflict" }],
      [{ url: `${server.url.replace("/services/T000", "/hooks/T000")}` }, { code: "conflict" }],
      [{ riskAtLeast: "HIGH" }, { code: "invalid_input" }],
      [{ topics: ["budgets"] }, { code: "invalid_input" }],
      [{}, { code: "invalid_input", fields: { signingSecret: expect.any(String) } }],
    ] as const) {
      const added = await addChannel(other, inputOf(changes));
      await expect(setDeciding(other, SetDecidingInput.parse({ id: added.id, upTo: "LOW" }))).rejects.toMatchObject(refusal);
    }
    await provePassword(admin, "chat.decide", `${id} off`);
    await on({ upTo: "" });
    expect(await inside(t, (tx) => tx.select({ secret: chatChannel.decisionSecret, upTo: chatChannel.decideUpTo }).from(chatChannel).where(eq(chatChannel.id, id)))).toEqual([{ secret: null, upTo: null }]);
  });
});

describe("attacks by way of a chat", () => {
  it.each(["http://chat.example.com/services/T0", "https://10.0.0.5/services/T0", "https://169.254.169.254/latest/meta-data", "https://[::ffff:10.0.0.1]/services/T0", "https://server.internal/services/T0", "https://me:secret@hooks.example.com/services/T0", "file:///etc/passwd", "javascript:alert(1)"])("%s is no address of a chat", (url) => {
    expect(AddChannelInput.safeParse({ kind: "slack", name: "x", url, topics: ["requests"] }).success).toBe(false);
  });

  it("an address on this machine, where that is no development, is refused when it is asked", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    await addChannel(admin, inputOf());
    const spy = vi.spyOn(env(), "NODE_ENV", "get").mockReturnValue("production");
    try {
      expect(await sendWaiting(t)).toEqual([]);
    } finally {
      spy.mockRestore();
    }
    expect(server.posted).toEqual([]);
    expect((await channelOf(admin))?.lastError).toMatch(/^The address must begin with https/);
  });

  it("what an agent wrote mentions nobody, links nowhere, shows no secret and fakes no formatting", async () => {
    const { t } = await connected();
    await ask(t, `<!channel> <https://evil.example|Approve> *Approved by Olga* key sk-live-0123456789abcdef0123 ${"x".repeat(800)}`, {}, "<@U123>&lt;!here>");
    await tick(t);
    const { text, blocks } = last() as { text: string; blocks: { text: { type: string; text: string } }[] };
    const ours = blocks.filter((block) => block.text.type === "mrkdwn").map((block) => block.text.text);
    expect(ours).toEqual([expect.stringMatching(/^<http:\/\/[^|>]+\/approvals\/[\w-]+\|Open in Countersign>$/)]);
    const theirs = [text, ...blocks.filter((block) => block.text.type === "plain_text").map((block) => block.text.text)].join("\n");
    expect(theirs).not.toMatch(/[<>]|:\/\/|0123456789abcdef/);
    expect(theirs).toContain("&lt;!channel&gt;");
    expect(theirs).toContain("&lt;@U123&gt;&amp;lt;!here&gt;");
    expect(lastText().length).toBeLessThan(2_500);
  });

  it("signs that are written longer make no message that Slack would refuse", async () => {
    const { t } = await connected();
    await ask(t, "&".repeat(400), {}, "<".repeat(400));
    await tick(t);
    for (const { text, elements } of (last() as { blocks: { text?: { text: string }; elements?: unknown }[] }).blocks) expect([elements, (text?.text.length ?? 0) <= 3_000]).toEqual([undefined, true]);
  });

  it("somebody at an open session of an admin sends nothing to a chat of theirs without a proof of that one", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    await givePassword(admin);
    const { host } = new URL(server.url);
    await expect(addChannel(admin, inputOf())).rejects.toMatchObject({ code: "fresh_proof_needed", freshProof: { verb: "chat.add", object: `#approvals ${host}` } });
    await provePassword(admin, "chat.add", "#approvals hooks.example.com");
    await expect(addChannel(admin, inputOf())).rejects.toMatchObject({ code: "fresh_proof_needed" });
    await provePassword(admin, "chat.add", `#approvals ${host}`);
    const { id } = await addChannel(admin, inputOf());
    await expect(removeChannel(admin, { id })).rejects.toMatchObject({ code: "fresh_proof_needed" });
  });

  it("another organization's channel is not there, and gets nothing of this one", async () => {
    const { t, id } = await connected();
    const other = await tenant();
    const stranger = await other.as("organization_admin");
    for (const verb of [removeChannel, testChannel]) await expect(verb(stranger, { id })).rejects.toMatchObject({ code: "not_found" });
    await expect(pauseChannel(stranger, { id, paused: true })).rejects.toMatchObject({ code: "not_found" });
    await expect(addChannel(stranger, inputOf({ workspaceId: t.workspaceId }))).rejects.toMatchObject({ code: "not_found" });
    expect(await listChannels(stranger)).toEqual([]);
    await ask(other);
    await ask(t);
    expect(await collectChat(systemCtx("chat", other.organizationId))).toBe(0);
    await tick(t);
    expect(server.posted).toHaveLength(2);
  });

  it("two clocks at once tell the same thing once", async () => {
    const { t } = await connected();
    await ask(t);
    await Promise.all([collectChat(systemCtx("chat", t.organizationId)), collectChat(systemCtx("chat", t.organizationId))]);
    await sendWaiting(t);
    expect(server.posted).toHaveLength(2);
  });
});

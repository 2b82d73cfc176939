import { describe, expect, it } from "vitest";
import { systemCtx } from "@/lib/ctx/system";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { loadEvent } from "./load";
import { type AuditFilter, splitWords } from "./filter";
import { searchAudit } from "./search";
import { streamEvents } from "./stream";
import { appendEvents } from "./testing";

useTestDatabase();

async function setUp() {
  const made = await tenant();
  const auditor = await made.as("auditor");
  const admin = await made.as("organization_admin");
  const seqs = async (filter: AuditFilter, page: { after?: string; before?: string; size?: number } = {}) =>
    (await searchAudit(auditor, { filter, size: 50, ...page })).rows.map(({ seq }) => seq);
  const actions = async () => {
    const found: string[] = [];
    for await (const events of streamEvents(systemCtx("audit", made.organizationId), 0)) found.push(...events.map(({ action }) => action));
    return found;
  };
  return { ...made, auditor, admin, seqs, actions };
}

describe("searchAudit", () => {
  it("finds events by every filter, and by several together", async () => {
    const { admin, agent, workspaceId, organizationId, auditor, seqs } = await setUp();
    await appendEvents(admin, 1, () => ({ action: "approvals.decided", resource: { type: "approval", id: "a1", name: "Refund Müller", workspaceId }, severity: "warning" }));
    await appendEvents(agent, 1, () => ({ action: "actions.decided", resource: { type: "action", id: "x1", name: "mail.send", workspaceId }, outcome: "blocked" }));
    await appendEvents(systemCtx("runs", organizationId), 1, () => ({ action: "runs.waiting", resource: { type: "run", id: "r1", name: "Run" } }));
    expect(await seqs({ action: ["approvals.decided"] })).toEqual([1]);
    expect(await seqs({ action: ["approvals.decided", "runs.waiting"] })).toEqual([3, 1]);
    expect(await seqs({ actor: [agent.actor.id] })).toEqual([2]);
    expect(await seqs({ resourceType: ["run"] })).toEqual([3]);
    expect(await seqs({ resource: "x1" })).toEqual([2]);
    expect(await seqs({ workspace: [workspaceId] })).toEqual([2, 1]);
    expect(await seqs({ outcome: ["blocked"] })).toEqual([2]);
    expect(await seqs({ severity: ["warning"] })).toEqual([3, 1]);
    expect(await seqs({ ip: "192.0.2.1", outcome: ["success"], resourceType: ["approval"] })).toEqual([1]);
    expect(await seqs({ request: agent.requestId })).toEqual([2]);
    expect(await seqs({ from: "2000-01-01", to: "2001-01-01" })).toEqual([]);
    expect((await seqs({ from: new Date().toISOString().slice(0, 10), to: new Date().toISOString().slice(0, 10) })).length).toBeGreaterThan(2);
    expect((await searchAudit(auditor, { filter: { action: ["approvals.decided"] }, size: 5 })).rows[0]).toMatchObject({ actorName: "organization admin", resourceName: "Refund Müller", workspaceName: "Finance" });
  });

  it("finds words, beginnings, phrases and identifiers in the whole body, near and far", async () => {
    const { admin, seqs } = await setUp();
    await appendEvents(admin, 3_200, (at) => ({ action: "approvals.decided", resource: { type: "approval", id: `id-${at}`, name: at === 10 ? "Zebra crossing" : `Thing ${at}` }, details: { note: at === 20 ? "quarterly close" : "none" } }));
    expect(await seqs({ q: "zebra" })).toEqual([11]);
    expect(await seqs({ q: "ZEB cross" })).toEqual([11]);
    expect(await seqs({ q: '"crossing zebra"' })).toEqual([]);
    expect(await seqs({ q: "quarterly approvals.decided" })).toEqual([21]);
    expect(await seqs({ q: "id-3000" })).toEqual([3001]);
    expect(await seqs({ q: "thing" }, { size: 2 })).toEqual([3200, 3199]);
    expect(await seqs({ q: "nosuchword thing" })).toEqual([]);
    expect((await seqs({ q: "!!! ' \\ :* &" }, { size: 1 })).length).toBe(1);
  });

  it("pages in both directions without repeating or losing an event", async () => {
    const { admin, auditor } = await setUp();
    await appendEvents(admin, 7);
    const filter = { action: ["workspaces.created"] };
    const first = await searchAudit(auditor, { filter, size: 3 });
    const second = await searchAudit(auditor, { filter, size: 3, after: first.next });
    const third = await searchAudit(auditor, { filter, size: 3, after: second.next });
    expect([first, second, third].map((page) => page.rows.map(({ seq }) => seq))).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
    expect([first.previous, third.next]).toEqual([null, null]);
    const back = await searchAudit(auditor, { filter, size: 3, before: third.previous });
    expect(back.rows.map(({ seq }) => seq)).toEqual([4, 3, 2]);
    expect(await searchAudit(auditor, { filter, size: 3, before: back.previous })).toEqual(first);
  });

  it("is itself an event, once for each search", async () => {
    const { admin, auditor, actions, seqs } = await setUp();
    await appendEvents(admin, 5);
    await seqs({ q: "workspace" }, { size: 2 });
    await seqs({ q: " workspace ", actor: [] }, { size: 2, after: "4" });
    await seqs({ q: "other" });
    await loadEvent(auditor, { seq: 2 });
    await loadEvent(auditor, { seq: 2 });
    await loadEvent(admin, { seq: 2 });
    expect((await actions()).slice(5)).toEqual(["audit.searched", "audit.searched", "audit.event_read"]);
  });

  it("shows a workspace's admin the events of that workspace and no others", async () => {
    const { admin, as, workspaceId } = await setUp();
    await appendEvents(admin, 1, () => ({ resource: { type: "workspace", id: "w", name: "W", workspaceId } }));
    await appendEvents(admin, 1);
    const local = await as("workspace_admin", workspaceId);
    expect((await searchAudit(local, { filter: {}, size: 50 })).rows.map(({ seq }) => seq)).toEqual([1]);
    expect(await loadEvent(local, { seq: 1 })).toMatchObject({ workspaceName: "Finance", signedAt: null });
    await expect(loadEvent(local, { seq: 2 })).rejects.toMatchObject({ code: "not_found" });
    const other = await tenant();
    expect((await searchAudit(await other.as("auditor"), { filter: {}, size: 50 })).rows).toEqual([]);
    await expect(loadEvent(await other.as("auditor"), { seq: 9 })).rejects.toMatchObject({ code: "not_found" });
  });

  it("refuses those who may not look, and records it", async () => {
    const { as, actions } = await setUp();
    await expect(searchAudit(await as("viewer"), { filter: {}, size: 50 })).rejects.toMatchObject({ code: "forbidden" });
    expect(await actions()).toEqual(["access.denied"]);
  });
});

describe("splitWords", () => {
  it("keeps phrases together and leaves out what has no word", () => {
    expect(splitWords('refund "expense report" - "" mail.send')).toEqual(["refund", "expense report", "mail.send"]);
  });
});

import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { inTenant } from "@/db/tenant";
import { database } from "@/lib/database";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies, eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { documentMarks, documentsInForce, readMarks } from "./in-force";
import { loadDocument } from "./load";
import { publishDocument } from "./publish";

useTestDatabase();

const row = (tool: string, mode: "allowed" | "blocked" = "blocked") => ({ tool, mode, costCeilingMicros: null });

async function marksOf(organizationId: string, agentId: string) {
  return inTenant(database(), organizationId, async (tx) => {
    const [found] = await tx.execute<{ marks: string }>(sql.raw(`select ${documentMarks("a")} as marks from agent a where a.id = '${agentId}'`));
    const marks = readMarks(found?.marks ?? "");
    return { text: found?.marks ?? "", documents: await documentsInForce(tx, organizationId, marks) };
  });
}

describe("a governance document", () => {
  it("gets a new version, keeps the old one, says what changed, and is in force for the agents of its scope", async () => {
    const { organizationId, workspaceId, agentId, as } = await tenant();
    const admin = await as("organization_admin");
    const place = { kind: "capabilities" as const, scopeType: "workspace" as const, scopeId: workspaceId };
    expect(await loadDocument(admin, place)).toMatchObject({ current: { version: 0, content: { tools: [] } }, history: [], mayUpdate: true });
    expect((await marksOf(organizationId, agentId)).text).toBe("");
    await publishDocument(admin, { ...place, expectedVersion: 0, content: { tools: [row("crm.export")] }, note: "No exports" });
    await publishDocument(admin, { ...place, expectedVersion: 1, content: { tools: [row("crm.*"), row("crm.export")] }, note: "" });
    const { current, history } = await loadDocument(admin, place);
    expect(current).toMatchObject({ version: 2, createdBy: { id: admin.actor.id } });
    expect(history.map(({ version, note }) => [version, note])).toEqual([[2, ""], [1, "No exports"]]);
    const [event] = await eventBodies(organizationId, "policies.published");
    expect(event).toMatchObject({ details: { kind: "capabilities", version: 1, changes: [{ path: "tools.crm.export", before: null }] } });
    expect((await marksOf(organizationId, agentId)).documents).toMatchObject([{ kind: "capabilities", scopeType: "workspace", version: 2, content: { tools: [{ tool: "crm.*" }, {}] } }]);
  });

  it("is published by one of several who edited the same version, and never when nothing changes", async () => {
    const { organizationId, as } = await tenant();
    const admin = await as("organization_admin");
    const publish = (tool: string, expectedVersion: number) =>
      publishDocument(admin, { kind: "capabilities", scopeType: "organization", scopeId: organizationId, expectedVersion, content: { tools: [row(tool)] }, note: "" });
    const first = await Promise.allSettled([publish("a", 0), publish("b", 0), publish("c", 0)]);
    expect(first.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const second = await Promise.allSettled([publish("d", 1), publish("e", 1)]);
    expect(second.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(second.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
    const { current } = await loadDocument(admin, { kind: "capabilities", scopeType: "organization", scopeId: organizationId });
    await expect(publish(current.content.tools[0]?.tool ?? "", 2)).rejects.toThrow("Nothing would change");
    await expect(publish("not a glob!", 2)).rejects.toMatchObject({ code: "invalid_input", extensions: { problems: [{ path: "tools.0.tool" }] } });
  });

  it("is changed only by who may there, and not found from another organization", async () => {
    const { organizationId, workspaceId, as } = await tenant();
    const local = await as("workspace_admin", workspaceId);
    const change = { kind: "capabilities" as const, expectedVersion: 0, content: { tools: [row("crm.*")] }, note: "" };
    const whole = { ...change, scopeType: "organization" as const, scopeId: organizationId };
    const here = { ...change, scopeType: "workspace" as const, scopeId: workspaceId };
    await expect(publishDocument(local, whole)).rejects.toMatchObject({ code: "forbidden" });
    expect(await eventsOf(organizationId)).toEqual(["access.denied:blocked"]);
    await publishDocument(local, here);
    expect((await loadDocument(local, whole)).mayUpdate).toBe(false);
    const stranger = await (await tenant()).as("organization_admin");
    for (const place of [whole, here]) {
      await expect(publishDocument(stranger, place)).rejects.toMatchObject({ code: "not_found" });
      await expect(loadDocument(stranger, place)).rejects.toMatchObject({ code: "not_found" });
    }
    await expect(publishDocument(local, { ...here, scopeType: "organization" })).rejects.toMatchObject({ code: "not_found" });
    await expect(loadDocument(await as("billing_admin"), whole)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("cannot be changed once it is published, and counts as unreadable when it cannot be read", async () => {
    const { organizationId, agentId, as } = await tenant();
    const admin = await as("organization_admin");
    await publishDocument(admin, { kind: "capabilities", scopeType: "organization", scopeId: organizationId, expectedVersion: 0, content: { tools: [row("crm.*")] }, note: "" });
    const attempt = inTenant(database(), organizationId, (tx) => tx.execute(sql`update governance_document set content = '{"tools":[]}'`));
    await expect(attempt).rejects.toMatchObject({ cause: { message: expect.stringContaining("permission denied") } });
    await inTenant(database(), organizationId, (tx) => tx.execute(sql`update governance_head set version = 7`));
    expect((await marksOf(organizationId, agentId)).documents).toMatchObject([{ version: 7, content: null }]);
  });
});

import { describe, expect, it, vi } from "vitest";
import type { Role } from "@/lib/ability/permissions";
import { sessionCookie, sessionToken } from "@/lib/auth/cookie";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { Browser, browse } from "@/lib/testing/browser";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { publish } from "./actions";
import { documentOfPage } from "./document";

vi.mock("next/headers", () => import("@/lib/testing/browser"));
useTestDatabase();

/** A grid, since a text of policies is checked in a thread of its own, which takes its time. */
const grid = (tool: string) => ({ tools: [{ tool, mode: "blocked", costCeilingMicros: null }] });

async function browser({ actor }: PersonCtx): Promise<void> {
  const one = new Browser();
  one.jar.set(sessionCookie().name, await sessionToken(actor.sessionId));
  browse(one);
}

/** One organization with somebody of that role in front of the page. */
async function at(role: Role, inWorkspace = false) {
  const t = await tenant();
  const ctx = await t.as(role, inWorkspace ? t.workspaceId : null);
  await browser(ctx);
  return t;
}

const put = (scopeId: string, scopeType: string, expectedVersion: number, content: unknown) =>
  publish(null, { kind: "capabilities", scopeType, scopeId, expectedVersion, content, note: `After ${expectedVersion}` });

const gone = { digest: "NEXT_HTTP_ERROR_FALLBACK;404" };

describe("the page of a document", () => {
  it.each(["viewer", "auditor", "supervisor"] as const)("shows a %s what is in force, and lets them publish nothing", async (role) => {
    const { organizationId } = await at(role);
    const { view, choices } = await documentOfPage("capabilities", {});
    expect(view).toMatchObject({ mayUpdate: false, current: { version: 0 } });
    expect(choices.map(({ scopeType }) => scopeType)).toEqual(["organization", "workspace"]);
    expect(await put(organizationId, "organization", 0, grid("mine"))).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect((await documentOfPage("capabilities", {})).view.current.version).toBe(0);
  });

  it("is not there for a level of another organization, or one that cannot be", async () => {
    const [foreign, t] = [await tenant(), await at("organization_admin")];
    for (const scope of [`workspace:${foreign.workspaceId}`, `workspace:${t.organizationId}`, `template:${t.workspaceId}`]) {
      await expect(documentOfPage("capabilities", { scope })).rejects.toMatchObject(gone);
    }
    expect(await put(foreign.workspaceId, "workspace", 0, grid("theirs"))).toMatchObject({ ok: false, error: { code: "not_found" } });
    expect(await put(foreign.organizationId, "organization", 0, grid("theirs"))).toMatchObject({ ok: false, error: { code: "not_found" } });
    // What is no level at all is the caller's own organization.
    expect((await documentOfPage("capabilities", { scope: "workspace:' or 1=1 --" })).place.scopeId).toBe(t.organizationId);
  });

  it("shows somebody of one workspace that workspace and the organization, of which they publish only the first", async () => {
    const { organizationId, workspaceId } = await at("agent_manager", true);
    expect((await documentOfPage("capabilities", { scope: `workspace:${workspaceId}` })).view.mayUpdate).toBe(true);
    expect((await documentOfPage("capabilities", {})).view.mayUpdate).toBe(false);
    expect(await put(organizationId, "organization", 0, grid("wider"))).toMatchObject({ error: { code: "forbidden" } });
    expect(await put(workspaceId, "workspace", 0, grid("own"))).toMatchObject({ ok: true, value: { version: 1 } });
  });

  it("refuses the second of two tabs, and gives the newer version to compare with", async () => {
    const { organizationId } = await at("organization_admin");
    const tabs = await Promise.all(["first", "second"].map((text) => put(organizationId, "organization", 0, grid(text))));
    expect(tabs.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(tabs.find(({ ok }) => !ok)).toMatchObject({ error: { code: "conflict" } });
    expect((await documentOfPage("capabilities", {})).view.current.version).toBe(1);
  });

  it("goes back to an old version by publishing it again, and keeps all of them", async () => {
    const { organizationId } = await at("organization_admin");
    await put(organizationId, "organization", 0, grid("first"));
    await put(organizationId, "organization", 1, grid("second"));
    const { opened } = await documentOfPage("capabilities", { version: "1" });
    const told = (before: unknown, after: unknown) => expect.objectContaining({ before, after });
    expect(opened?.back).toEqual([told(expect.objectContaining({ tool: "second" }), null), told(null, expect.objectContaining({ tool: "first" }))]);
    expect(opened?.changes).toEqual([told(null, expect.objectContaining({ tool: "first" }))]);
    expect(await put(organizationId, "organization", 2, opened?.version.content)).toMatchObject({ value: { version: 3 } });
    const { view } = await documentOfPage("capabilities", {});
    expect(view.history.map(({ version, content }) => [version, content.tools[0]?.tool])).toEqual([[3, "first"], [2, "second"], [1, "first"]]);
    expect(await eventBodies(organizationId, "policies.published")).toHaveLength(3);
    // A version that is not there opens nothing.
    expect((await documentOfPage("capabilities", { version: "99" })).opened).toBeNull();
  });
});

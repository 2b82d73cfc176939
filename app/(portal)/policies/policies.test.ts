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

const comment = (text: string) => ({ text: `// ${text}\npermit (principal, action, resource);` });

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

const put = (scopeId: string, scopeType: string, expectedVersion: number, content: { text: string }) =>
  publish(null, { kind: "cedar", scopeType, scopeId, expectedVersion, content, note: `After ${expectedVersion}` });

const gone = { digest: "NEXT_HTTP_ERROR_FALLBACK;404" };

describe("the page of a document", () => {
  it.each(["viewer", "auditor", "supervisor"] as const)("shows a %s what is in force, and lets them publish nothing", async (role) => {
    const { organizationId } = await at(role);
    const { view, choices } = await documentOfPage("cedar", {});
    expect(view).toMatchObject({ mayUpdate: false, current: { version: 0 } });
    expect(choices.map(({ scopeType }) => scopeType)).toEqual(["organization", "workspace"]);
    expect(await put(organizationId, "organization", 0, comment("mine"))).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect((await documentOfPage("cedar", {})).view.current.version).toBe(0);
  });

  it("is not there for a level of another organization, or one that cannot be", async () => {
    const [foreign, t] = [await tenant(), await at("organization_admin")];
    for (const scope of [`workspace:${foreign.workspaceId}`, `workspace:${t.organizationId}`, `template:${t.workspaceId}`]) {
      await expect(documentOfPage("cedar", { scope })).rejects.toMatchObject(gone);
    }
    expect(await put(foreign.workspaceId, "workspace", 0, comment("theirs"))).toMatchObject({ ok: false, error: { code: "not_found" } });
    expect(await put(foreign.organizationId, "organization", 0, comment("theirs"))).toMatchObject({ ok: false, error: { code: "not_found" } });
    // What is no level at all is the caller's own organization.
    expect((await documentOfPage("cedar", { scope: "workspace:' or 1=1 --" })).place.scopeId).toBe(t.organizationId);
  });

  it("shows somebody of one workspace that workspace and the organization, of which they publish only the first", async () => {
    const { organizationId, workspaceId } = await at("agent_manager", true);
    expect((await documentOfPage("cedar", { scope: `workspace:${workspaceId}` })).view.mayUpdate).toBe(true);
    expect((await documentOfPage("cedar", {})).view.mayUpdate).toBe(false);
    expect(await put(organizationId, "organization", 0, comment("wider"))).toMatchObject({ error: { code: "forbidden" } });
    expect(await put(workspaceId, "workspace", 0, comment("own"))).toMatchObject({ ok: true, value: { version: 1 } });
  });

  it("refuses the second of two tabs, and gives the newer version to compare with", async () => {
    const { organizationId } = await at("organization_admin");
    const tabs = await Promise.all(["first", "second"].map((text) => put(organizationId, "organization", 0, comment(text))));
    expect(tabs.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(tabs.find(({ ok }) => !ok)).toMatchObject({ error: { code: "conflict" } });
    expect((await documentOfPage("cedar", {})).view.current.version).toBe(1);
  });

  it("goes back to an old version by publishing it again, and keeps all of them", async () => {
    const { organizationId } = await at("organization_admin");
    await put(organizationId, "organization", 0, comment("first"));
    await put(organizationId, "organization", 1, comment("second"));
    const { opened } = await documentOfPage("cedar", { version: "1" });
    expect(opened?.back).toEqual([expect.objectContaining({ path: "text", before: comment("second").text, after: comment("first").text })]);
    expect(opened?.changes).toEqual([expect.objectContaining({ path: "text", after: comment("first").text })]);
    expect(await put(organizationId, "organization", 2, { text: opened?.version.content.text ?? "" })).toMatchObject({ value: { version: 3 } });
    const { view } = await documentOfPage("cedar", {});
    expect(view.history.map(({ version, content }) => [version, content.text])).toEqual([3, 2, 1].map((version) => [version, comment(version === 2 ? "second" : "first").text]));
    expect(await eventBodies(organizationId, "policies.published")).toHaveLength(3);
    // A version that is not there opens nothing.
    expect((await documentOfPage("cedar", { version: "99" })).opened).toBeNull();
  });
});

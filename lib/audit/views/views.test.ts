import { describe, expect, it } from "vitest";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { deleteView } from "./delete";
import { listViews } from "./list";
import { saveView } from "./save";

useTestDatabase();

describe("saved views", () => {
  it("are kept for their person alone, without a position", async () => {
    const { as, workspaceId } = await tenant();
    const admin = await as("organization_admin");
    const { id } = await saveView(admin, { name: "Refusals", query: "outcome=blocked&after=12&event=3" });
    await saveView(await as("workspace_admin", workspaceId), { name: "Refusals", query: "q=x" });
    expect(await listViews(admin)).toEqual([{ id, name: "Refusals", query: "outcome=blocked" }]);
    await expect(saveView(admin, { name: "Refusals", query: "" })).rejects.toMatchObject({ code: "conflict" });
    await expect(deleteView(await as("organization_admin"), { id })).rejects.toMatchObject({ code: "not_found" });
    await deleteView(admin, { id });
    expect(await listViews(admin)).toEqual([]);
  });

  it("are not for an auditor, who changes nothing, nor for those who may not look", async () => {
    const { as } = await tenant();
    await expect(saveView(await as("auditor"), { name: "Mine", query: "" })).rejects.toMatchObject({ code: "forbidden" });
    await expect(saveView(await as("viewer"), { name: "Mine", query: "" })).rejects.toMatchObject({ code: "forbidden" });
  });
});

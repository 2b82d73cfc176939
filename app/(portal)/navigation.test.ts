import { expect, it } from "vitest";
import { abilityOfPerson } from "@/lib/ability/define";
import type { Role } from "@/lib/ability/permissions";
import { furtherPlacesFor, mayOpen, navigationFor } from "./navigation";

const labels = (role: Role, workspaceId: string | null = null) => navigationFor({ ability: abilityOfPerson([{ role, workspaceId }]) }).map((item) => item.label);

it("offers each kind of person the places that they may go to", () => {
  expect(labels("super_admin")).toEqual(expect.arrayContaining(["Status", "Mailbox"]));
  for (const place of ["Status", "Mailbox"]) expect(labels("organization_admin")).not.toContain(place);
  expect(labels("supervisor")).toEqual(["Home", "Approvals", "Agents", "Runs", "Policies", "Budgets", "Workspaces", "Locks", "API reference"]);
  expect(labels("auditor")).toEqual(["Home", "Approvals", "Agents", "Runs", "Policies", "Budgets", "Audit", "Members", "Directory", "Workspaces", "API keys", "Locks", "Sign-in security", "Network", "Notices in chat", "Single sign-on", "API reference"]);
  expect(labels("workspace_admin", "01a1fdcc-ef12-72e6-a053-576da67792a8")).not.toContain("Single sign-on");
  expect(labels("viewer", "01a1fdcc-ef12-72e6-a053-576da67792a8")).toEqual(["Home", "Agents", "Runs", "Policies", "Workspaces", "API reference"]);
});

it("says how much waits where, only where that place is offered", () => {
  const ability = abilityOfPerson([{ role: "viewer", workspaceId: null }]);
  const items = navigationFor({ ability }, { "/approvals": 3, "/runs": 2 });
  expect(items.filter((item) => item.badge).map((item) => [item.href, item.badge])).toEqual([["/runs", 2]]);
});

it("finds pages below the places for those who may open them, and closes the same ones to others", () => {
  const holder = (role: Role) => ({ ability: abilityOfPerson([{ role, workspaceId: null }]) });
  const found = (role: Role) => furtherPlacesFor(holder(role)).map(({ href }) => href);
  expect(found("supervisor")).toEqual(expect.arrayContaining(["/policies/cedar", "/policies/standing", "/approvals/history", "/settings/locks/new", "/account"]));
  expect(found("viewer")).not.toContain("/policies/standing");
  expect(mayOpen(holder("viewer"), "/policies/standing")).toBe(false);
  expect(mayOpen(holder("viewer"), "/audit")).toBe(false);
  expect(mayOpen(holder("auditor"), "/audit")).toBe(true);
  expect(mayOpen(holder("viewer"), "/runs/anything")).toBe(true);
});

import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "@playwright/test";
import { agentApi } from "./api";
import type { Demo } from "./demo";
import { expect, test } from "./fixtures";

/** Pages by the kind of person whose they are; `{agent}`, `{run}` and `{approval}` stand for what the demo has. */
const pages: Record<string, string[]> = {
  organization_admin: [
    "/", "/agents", "/agents/new", "/agents/{agent}", "/agents/{agent}/policy", "/agents/{agent}/keys", "/agents/{agent}/actions",
    "/settings/members", "/settings/workspaces", "/settings/keys", "/docs", "/account",
  ],
  supervisor: ["/", "/approvals", "/approvals/{approval}", "/approvals/history", "/runs", "/runs/{run}"],
  billing_admin: ["/", "/budgets", "/notices"],
  auditor: ["/", "/audit", "/audit/1", "/audit/archives", "/audit/format"],
};

for (const [role, paths] of Object.entries(pages)) {
  for (const look of [{ width: 1440, height: 900, scheme: "light" }, { width: 390, height: 844, scheme: "dark" }] as const) {
    test(`pages of the ${role.replaceAll("_", " ")} at ${look.width} px, ${look.scheme}: axe finds nothing, nothing is cut off`, async ({ browser, demo, loginAs }) => {
      const page = await newPage(browser, look);
      await loginAs(page, role);
      for (const path of paths) {
        await page.goto(await concrete(path, demo));
        await settled(page);
        const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
        expect(violations.map(({ id, nodes }) => [path, id, nodes.map((node) => node.target.join(" "))])).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect([path, overflow]).toEqual([path, 0]);
      }
      await page.context().close();
    });
  }
}

test("sign-in: axe finds nothing, and a wrong password is told without moving away", async ({ browser }) => {
  const page = await newPage(browser, { width: 390, height: 844, scheme: "light" });
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill("nobody@meridian.example");
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
  await page.context().close();
});

async function newPage(browser: Browser, look: { width: number; height: number; scheme: "light" | "dark" }): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: look.width, height: look.height }, colorScheme: look.scheme, reducedMotion: "reduce" });
  return context.newPage();
}

/** Pages show a skeleton first; what counts is what comes after it. */
async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
}

async function concrete(path: string, demo: Demo): Promise<string> {
  const agent = demo.agents[0];
  if (path.includes("{agent}")) return path.replace("{agent}", agent?.id ?? "");
  if (path.includes("{run}")) {
    const actions = await actionsOf(demo, "Trend researcher");
    return path.replace("{run}", String(actions.find((action) => action.runId)?.runId));
  }
  const actions = await actionsOf(demo, "Invoice clerk");
  return path.replace("{approval}", String(actions.find((action) => action.status === "pending_approval")?.approvalId));
}

async function actionsOf(demo: Demo, name: string): Promise<Record<string, unknown>[]> {
  const agent = demo.agents.find((candidate) => candidate.name === name);
  const { json } = await agentApi(demo.url, agent?.apiKey ?? "").get("/api/v1/actions");
  return Object.values(json).find(Array.isArray) ?? [];
}

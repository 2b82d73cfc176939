import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "@playwright/test";
import { agentApi, until } from "./api";
import { confirmItIsMe } from "./confirm";
import { ownerDatabase } from "./database";
import { dataDir } from "./demo";
import { expenseLines, sumExpenses } from "./expenses";
import { expect, test } from "./fixtures";

/**
 * The story of the product, over the real parts: first administrator → people → an agent's action → approval → sandbox →
 * money → proof. One test, since each step lives on what the one before it left.
 */
test("the main job, from the first link to the auditor's file", async ({ browser, page, demo, loginAs }) => {
  test.setTimeout(900_000);
  const tag = randomBytes(3).toString("hex");
  const expenseAgent = demo.agents.find((agent) => agent.name === "Expense analyst");
  if (!expenseAgent) throw new Error("the demo has no expense analyst");
  const { csv, totals } = expenseLines(4000);
  const script = (estimatedCostMicros: number) => ({
    tool: "sandbox.python",
    purpose: "Sum October's expenses by category",
    estimatedCostMicros,
    arguments: { code: sumExpenses, files: [{ name: "expenses.csv", content: csv }] },
  });

  await test.step("the first administrator comes in by the one-time link", async () => {
    await page.goto(firstLink());
    await page.getByLabel("Your name").fill("Ines Costa");
    await page.getByLabel("Email").fill(`ines-${tag}@meridian.example`);
    await choosePassword(page);
    await expect(page.getByRole("navigation").getByRole("link", { name: "Members" })).toBeVisible();
    const again = await page.context().browser()?.newPage();
    await again?.goto(firstLink());
    await expect(again?.getByText("This link no longer works") ?? page.locator("none")).toBeVisible();
    await again?.close();
  });

  const people = await test.step("invites a supervisor, a billing admin and an auditor", async () => {
    return {
      supervisor: await invite(browser, page, { name: "Sofia Berg", email: `sofia-${tag}@meridian.example`, role: "Supervisor" }),
      billing: await invite(browser, page, { name: "Ben Adler", email: `ben-${tag}@meridian.example`, role: "Billing admin" }),
      auditor: await invite(browser, page, { name: "Aiko Mori", email: `aiko-${tag}@meridian.example`, role: "Auditor" }),
    };
  });
  const { supervisor, billing, auditor } = people;

  await test.step("changes a role, and what the person sees follows at once", async () => {
    const viewerContext = await browser.newContext();
    const viewer = await viewerContext.newPage();
    await loginAs(viewer, "viewer");
    await expect(viewer.getByRole("link", { name: "Runs" }).first()).toBeVisible();
    await expect(viewer.getByRole("link", { name: "Members" })).toHaveCount(0);
    await page.goto("/settings/members");
    await page.getByRole("link", { name: "Tomasz Zielinski" }).click();
    await page.getByRole("button", { name: "Change" }).click();
    await page.getByRole("dialog").getByRole("combobox", { name: "Role" }).selectOption({ label: "User manager" });
    await page.getByRole("dialog").getByRole("button", { name: /change|save|give/i }).click();
    await confirmItIsMe(page, password);
    await expect(page.getByText("User manager").first()).toBeVisible();
    await viewer.reload();
    await expect(viewer.getByRole("link", { name: "Members" }).first()).toBeVisible();
    await viewerContext.close();
  });

  const api = await test.step("makes an API key, shown once and revocable", async () => {
    const keep = await newKey(page, expenseAgent.id, `main ${tag}`);
    const drop = await newKey(page, expenseAgent.id, `dropped ${tag}`);
    expect((await agentApi(demo.url, drop).get("/api/v1/me")).status).toBe(200);
    await page.reload();
    await expect(page.getByText(drop)).toHaveCount(0);
    await page.getByRole("row", { name: new RegExp(`dropped ${tag}`) }).getByRole("button", { name: /revoke/i }).click();
    await page.getByRole("alertdialog").or(page.getByRole("dialog")).getByRole("button", { name: /revoke/i }).click();
    await confirmItIsMe(page, password);
    await until(() => agentApi(demo.url, drop).get("/api/v1/me"), (answer) => answer.status === 401);
    return agentApi(demo.url, keep);
  });

  await test.step("low risk runs at once", async () => {
    const { status, json } = await api.submit(script(100_000), `low-${tag}`);
    expect([status, json.status, decisionOf(json).outcome, decisionOf(json).rule]).toEqual([201, "allowed", "allow", "policy.allowed"]);
    await until(() => api.get(`/api/v1/runs/${json.runId}`), (run) => run.json.status === "succeeded", 30_000);
  });

  const runId = await test.step("above the cost threshold it waits, appears in the open queue, and is approved by keyboard", async () => {
    await supervisor.goto("/approvals?risk=LOW");
    await expect(supervisor.getByRole("heading", { name: "Approvals" })).toBeVisible();
    const { status, json } = await api.submit(script(600_000), `high-${tag}`);
    expect([status, json.status, decisionOf(json).rule]).toEqual([201, "pending_approval", "cost.threshold"]);
    const row = supervisor.locator(`a[href*="${json.approvalId}"]`).first();
    await expect(row).toBeVisible();
    await row.click();
    const panel = supervisor.getByRole("main");
    for (const shown of ["Expense analyst", "expenses.csv", "$0.60", "Sum October's expenses by category", /LOW/]) {
      await expect(panel.getByText(shown).first()).toBeVisible();
    }
    await expect(panel.getByRole("button", { name: /Approve/ }).first()).toBeEnabled();
    await supervisor.keyboard.press("a");
    await expect(supervisor.getByRole("dialog")).toBeVisible();
    await supervisor.keyboard.press("Enter");
    await expect(supervisor.getByRole("region", { name: "Messages" }).getByText("Approved. It takes effect now.")).toBeVisible();
    return String(json.runId);
  });

  await test.step("the sandbox runs it, output streams into the page, files are kept with their hashes", async () => {
    await supervisor.goto(`/runs/${runId}`);
    await expect(supervisor.getByText("read 1000 lines")).toBeVisible();
    await expect(supervisor.getByText("Succeeded").first()).toBeVisible({ timeout: 120_000 });
    await expect(supervisor.getByText("totals.csv").first()).toBeVisible();
    const listed = await api.get(`/api/v1/runs/${runId}/files`);
    const [file] = listed.json.files as { name: string; sha256: string }[];
    const { text } = await api.get(`/api/v1/runs/${runId}/files/totals.csv`);
    expect(createHash("sha256").update(text).digest("hex")).toBe(file?.sha256);
    const expected = Object.entries(totals).toSorted().map(([category, cents]) => `${category},${(cents / 100).toFixed(2)}`);
    expect(text.trim().split(/\r?\n/).slice(1)).toEqual(expected);
    const run = (await api.get(`/api/v1/runs/${runId}`)).json;
    expect(Number(run.costMicros)).toBe(Number(run.wallTimeMs));
    const action = (await api.get(`/api/v1/actions/${run.actionId}`)).json;
    expect([action.status, action.actualCostMicros]).toEqual(["succeeded", run.costMicros]);
  });

  await test.step("80 % of the project's budget is told once, in the portal and by mail", async () => {
    await billing.goto("/notices");
    await expect(billing.getByText(/80 ?%/).first()).toBeVisible();
    await page.goto("/mailbox");
    await expect(page.getByRole("row").filter({ hasText: `ben-${tag}@meridian.example` }).filter({ hasText: /80 ?%/ })).toHaveCount(1);
  });

  await test.step("over the cap it is refused with what to do; asking raises the cap for this window", async () => {
    const refused = await api.submit(script(2_500_000), `over-${tag}`);
    expect([refused.status, refused.json.rule]).toEqual([402, "budget.hard_cap"]);
    const { budget, ask } = refused.json as unknown as { budget: { leftMicros: number; resetsAt: string; scope: string }; ask: { path: string; body: Record<string, unknown> } };
    expect([budget.scope, budget.leftMicros < 2_500_000, Date.parse(budget.resetsAt) > Date.now()]).toEqual(["project", true, true]);
    const asked = await api.post(ask.path, { ...ask.body, reason: "Month-end needs one more sum" });
    expect(asked.status).toBe(201);
    await billing.goto(`/approvals/${asked.json.id}`);
    await billing.getByRole("button", { name: /^Approve/ }).first().click();
    await billing.getByRole("dialog").getByRole("button", { name: /Approve/ }).click();
    await until(() => api.get(`/api/v1/budget-requests/${asked.json.id}`), (answer) => answer.json.status === "approved");
    const again = await api.submit(script(2_500_000), `raised-${tag}`);
    expect([again.status, again.json.status]).toEqual([201, "pending_approval"]);
  });

  await test.step("the auditor finds it, exports it and checks it; a change is found out", async () => {
    await auditor.goto(`/audit?resource=${runId}`);
    await expect(auditor.getByText(/Verified to event/i).first()).toBeVisible({ timeout: 180_000 });
    await expect(auditor.getByRole("row").filter({ hasText: /Run ended/ }).first()).toBeVisible();
    for (const format of ["jsonl", "csv"] as const) {
      const file = await download(auditor, `/audit/export?format=${format}`, path.join(dataDir(), `export-${tag}.${format}`));
      const key = readFileSync(await download(auditor, "/audit/key", path.join(dataDir(), `key-${tag}.txt`)), "utf8").trim();
      expect(await verify(file, key)).toMatchObject({ code: 0, text: expect.stringMatching(/intact/i) });
      await expectTamperingFound(file, key);
    }
  });

  await test.step("the auditor can change nothing, and after the last day cannot come in", async () => {
    for (const place of ["/settings/members", `/agents/${expenseAgent.id}`, "/budgets", "/approvals"]) {
      await auditor.goto(place);
      await expect(auditor.getByRole("main").getByRole("button", { name: /invite|approve|reject|revoke|save|set |remove|suspend|retire|new /i })).toHaveCount(0);
    }
    await endRoles(`aiko-${tag}@meridian.example`);
    await auditor.goto("/audit");
    await expect(auditor).toHaveURL(/sign-in/);
    await signIn(auditor, `aiko-${tag}@meridian.example`);
    await expect(auditor.getByRole("main").getByRole("alert")).toBeVisible();
    await expect(auditor).toHaveURL(/sign-in/);
  });
});

const password = `pw-${randomBytes(12).toString("base64url")}`;

function firstLink(): string {
  const log = readFileSync(process.env.E2E_START_LOG ?? "", "utf8");
  const link = /https?:\/\/\S+\/first\/\S+/.exec(log)?.[0];
  if (!link) throw new Error("the start printed no link for the first administrator");
  return link;
}

function decisionOf(json: Record<string, unknown>): Record<string, unknown> {
  return json.decision as Record<string, unknown>;
}

async function choosePassword(page: Page): Promise<void> {
  for (const field of await page.locator('input[type="password"]').all()) await field.fill(password);
  await page.locator('button[type="submit"]').click();
  await page.waitForURL((url) => url.pathname === "/");
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Invites somebody by the members page, takes the link out of the mailbox, and comes in with it in a browser of their own. */
async function invite(browser: Browser, admin: Page, who: { name: string; email: string; role: string }): Promise<Page> {
  await admin.goto("/settings/members");
  await admin.getByRole("button", { name: "Invite" }).click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByLabel("Email").fill(who.email);
  await dialog.getByLabel("Name").fill(who.name);
  await dialog.getByRole("combobox", { name: "Role" }).selectOption({ label: who.role });
  await dialog.getByRole("button", { name: "Send invitation" }).click();
  await confirmItIsMe(admin, password);
  await expect(dialog).toBeHidden();
  const link = await until(() => invitationFor(admin, who.email), (found) => found !== null);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link ?? "");
  await expect(page.getByText(who.role).first()).toBeVisible();
  await choosePassword(page);
  return page;
}

async function invitationFor(admin: Page, email: string): Promise<string | null> {
  await admin.goto("/mailbox");
  const row = admin.getByRole("row").filter({ hasText: email });
  if ((await row.count()) === 0) return null;
  await row.first().getByRole("button").first().click();
  const text = (await admin.getByRole("dialog").textContent()) ?? "";
  return /https?:\/\/\S+\/invitation\/[A-Za-z0-9_-]+/.exec(text)?.[0] ?? null;
}

async function newKey(admin: Page, agentId: string, name: string): Promise<string> {
  await admin.goto(`/agents/${agentId}/keys`);
  await admin.getByRole("button", { name: "New key" }).click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: "Create key" }).click();
  await confirmItIsMe(admin, password);
  const key = await dialog.locator("code", { hasText: /^cs_[^…]{40,}$/ }).first().textContent();
  if (!key) throw new Error("no key was shown");
  await admin.keyboard.press("Escape");
  return key;
}

async function download(page: Page, address: string, file: string): Promise<string> {
  const response = await page.request.get(address);
  expect(response.status()).toBe(200);
  writeFileSync(file, await response.body());
  return file;
}

function verify(file: string, key: string): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    execFile("npm", ["run", "--silent", "verify", "--", file, "--key", key], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, text: `${stdout}${stderr}` });
    });
  });
}

async function expectTamperingFound(file: string, key: string): Promise<void> {
  const lines = readFileSync(file, "utf8").split("\n");
  const at = Math.floor(lines.length / 2);
  const line = lines[at] ?? "";
  const other = lines[at + 1] ?? "";
  const changes: Record<string, string[]> = {
    changed: lines.with(at, line.replace("success", "succest").replace("blocked", "blockee")),
    removed: lines.toSpliced(at, 1),
    swapped: lines.with(at, other).with(at + 1, line),
  };
  for (const [name, changed] of Object.entries(changes)) {
    const tampered = `${file}.${name}`;
    writeFileSync(tampered, changed.join("\n"));
    const found = await verify(tampered, key);
    expect([name, found.code]).toEqual([name, 1]);
    expect(found.text).toMatch(/line|event/i);
  }
}

/** Moves the person's last day into the past, as time would. */
async function endRoles(email: string): Promise<void> {
  const sql = ownerDatabase();
  await sql`update role_grant set valid_until = now() - interval '1 second', valid_from = now() - interval '22 days'
            where person_id = (select id from person where email = ${email})`;
  await sql.end();
}

import { randomBytes, randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import type { Sql } from "postgres";
import { agentApi } from "./api";
import { confirmItIsMe } from "./confirm";
import { ownerDatabase } from "./database";
import { superAdmin } from "./every-page";
import { expect, test, type Person } from "./fixtures";

const message = "Your laptop was reported stolen.";

/** Locks as an admin places and lifts them, and as whom they stop meets them; people and an agent of its own, which no other test uses. */
test("a person whose page is open, and an agent that calls, are stopped and go on", async ({ browser, page, demo, signIn }) => {
  test.setTimeout(600_000);
  const sql = ownerDatabase();
  const admin = await superAdmin(sql, demo);
  const victim = await somebody(sql, admin);
  const agent = await anAgent(sql);
  await sql.end();
  const theirs = await (await browser.newContext()).newPage();
  await signIn(theirs, victim);
  await theirs.goto("/agents");
  await signIn(page, admin);

  await test.step("the admin sees what will stop, and locks them", async () => {
    await page.goto(`/settings/members/${victim.id}`);
    await page.getByRole("link", { name: "Lock…" }).first().click();
    await expect(page.getByRole("heading", { name: "Lock Vic Tim" })).toBeVisible();
    await expect(page.getByText("Sessions ended")).toBeVisible();
    await page.getByLabel("For how long").selectOption({ label: "An hour" });
    await page.getByRole("textbox", { name: "Message" }).fill(message);
    await page.getByRole("button", { name: "Lock now" }).click();
    await expect(page.getByText("Vic Tim is locked.")).toBeVisible();
  });

  await test.step("their open page says so, every other page too, and they cannot come back", async () => {
    await expect(theirs.getByRole("alert").getByText("Your account is locked: Your laptop was reported stolen (until")).toBeVisible({ timeout: 60_000 });
    await theirs.goto("/runs");
    await expect(theirs).toHaveURL(/\/locked$/);
    await expect(theirs.getByText("Your account is locked: Your laptop was reported stolen")).toBeVisible();
    await theirs.getByRole("button", { name: "Sign in as somebody else" }).click();
    await theirs.waitForURL(/\/sign-in/);
    await password(theirs, { ...victim, password: "not the one" });
    await expect(theirs.getByText("This email address and password do not let you in.")).toBeVisible();
    await password(theirs, victim);
    await expect(theirs.getByText("Your account is locked: Your laptop was reported stolen")).toBeVisible();
  });

  await test.step("it is lifted with a proof and a reason, and they sign in", async () => {
    await page.getByRole("link", { name: "See the lock" }).click();
    await lift(page, admin);
    await password(theirs, victim);
    await theirs.waitForURL((url) => url.pathname !== "/sign-in");
    await theirs.context().close();
  });

  await test.step("an agent's call is refused with the message, until it is lifted", async () => {
    await page.goto(`/agents/${agent}/keys`);
    await page.getByRole("button", { name: "New key" }).first().click();
    await page.getByRole("dialog").getByLabel("Name").fill("for the lock");
    await page.getByRole("button", { name: "Create key" }).click();
    await confirmItIsMe(page, admin.password);
    const key = await page.locator("code", { hasText: /^cs_[^…]{40,}$/ }).first().textContent();
    const api = agentApi(demo.url, key ?? "");
    expect((await api.get("/api/v1/me")).status).toBe(200);
    await page.goto(`/agents/${agent}`);
    await page.getByRole("link", { name: "Lock…" }).click();
    await page.getByRole("textbox", { name: "Message" }).fill("It sent mail to everybody.");
    await page.getByRole("button", { name: "Lock now" }).click();
    await expect(page.getByText(/ is locked\.$/)).toBeVisible();
    expect(await api.get("/api/v1/me")).toMatchObject({ status: 423, json: { detail: expect.stringContaining("This agent is locked: It sent mail to everybody"), lock: { kind: "agent", until: null } } });
    await page.goto(`/agents/${agent}`);
    await page.getByRole("link", { name: "Lift…" }).click();
    await lift(page, admin);
    expect((await api.get("/api/v1/me")).status).toBe(200);
  });
});

async function lift(page: Page, admin: Person): Promise<void> {
  await page.getByLabel("Why it is lifted").fill("It was found again");
  await page.getByRole("button", { name: "Lift the lock" }).click();
  await confirmItIsMe(page, admin.password);
  await expect(page.getByText("It was found again")).toBeVisible();
}

async function password(page: Page, { email, password: secret }: Person): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(secret);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** A supervisor with the same password as the admin. */
async function somebody(sql: Sql, { email: of, password: secret }: Person): Promise<Person & { id: string }> {
  const id = randomUUID();
  const email = `vic-${randomBytes(4).toString("hex")}@meridian.example`;
  await sql`insert into person (id, organization_id, email, name, password_hash, status) select ${id}, organization_id, ${email}, 'Vic Tim', password_hash, 'active' from person where email = ${of}`;
  await sql`insert into role_grant (id, organization_id, person_id, role, valid_from) select ${randomUUID()}, organization_id, id, 'supervisor', now() from person where id = ${id}`;
  return { id, email, password: secret };
}

/** An active agent as another one is, without a key. */
async function anAgent(sql: Sql): Promise<string> {
  const id = randomUUID();
  await sql`insert into agent (id, organization_id, workspace_id, project_id, name, kind, status, owner_id, policy_version)
            select ${id}, organization_id, workspace_id, project_id, ${`Locked ${id.slice(0, 8)}`}, kind, 'active', owner_id, 1 from agent where status = 'active' limit 1`;
  await sql`insert into agent_policy (organization_id, agent_id, version, level, tools, cost_threshold_micros, risk_threshold)
            select organization_id, id, 1, 'strict', '[]', 1000000, 'HIGH' from agent where id = ${id}`;
  return id;
}

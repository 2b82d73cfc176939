import { randomBytes, randomUUID } from "node:crypto";
import type { Browser, Page } from "@playwright/test";
import { type Account, client, honestProvider } from "../lib/sso/testing-oidc";
import { violations } from "./accessibility";
import { confirmItIsMe } from "./confirm";
import { ownerDatabase } from "./database";
import { expect, test } from "./fixtures";
import { nameServer } from "./name-server";
import { samlProvider } from "./saml-provider";

/**
 * Single sign-on as an admin connects it who has never seen the product, and as their people meet it: by a real OpenID Connect
 * provider, and by a SAML one whose page posts its answer from another site.
 */
test("an admin connects an OpenID Connect and a SAML provider, and people whom nobody invited sign in by them", async ({ browser, page, demo, signIn }) => {
  test.setTimeout(600_000);
  const admin = demo.people.find(({ role }) => role === "organization_admin") ?? demo.people.find(({ role }) => role === "super_admin");
  if (!admin) throw new Error("the demo has no admin");
  const mark = randomBytes(3).toString("hex");
  const names = await nameServer();
  let account: Account = { email: `nia@${mark}.oidc.test`, name: `Nia New ${mark}`, groups: ["engineers"] };
  const oidc = await honestProvider(() => account);
  // Its admin registers the portal before they know its address.
  oidc.start("https://portal.example.test/");
  let asserted = { nameId: `sam@${mark}.saml.test`, groups: ["engineers"] };
  const saml = await samlProvider(() => asserted);
  const glass = await someoneWithFactor(mark, admin.email);
  await signIn(page, admin);

  await test.step("the provider is connected by its discovery URL, and told where to send people back", async () => {
    await page.goto("/settings/sso");
    await page.getByRole("button", { name: "Connect OpenID Connect" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill(`Provider ${mark}`);
    await dialog.getByLabel("Discovery URL").fill(oidc.issuer);
    await dialog.getByLabel("Client id").fill(client.clientId);
    await dialog.getByLabel("Client secret").fill(client.clientSecret);
    await dialog.getByRole("button", { name: "Connect" }).click();
    await confirmItIsMe(page, admin.password);
    await page.waitForURL(/\/settings\/sso\/[\w-]{36}$/);
    oidc.start(await detail(page, "Redirect URI"));
  });

  await test.step("a group is mapped to a role, and the test shows what came back and what it would lead to", async () => {
    await mapEngineers(page, admin.password);
    const [tab] = await Promise.all([page.context().waitForEvent("page"), page.getByRole("button", { name: "Test", exact: true }).click()]);
    await tab.waitForURL(/\/settings\/sso\//);
    await tab.close();
    await page.reload();
    await expect(page.getByText(`This is Nia New ${mark} (nia@${mark}.oidc.test).`)).toBeVisible();
    await expect(page.getByText("They would be: Viewer.")).toBeVisible();
  });

  await test.step("the domain is proven by its TXT record, and its people must sign in there", async () => {
    await proveDomain(page, `${mark}.oidc.test`, names.records, admin.password);
    await page.getByRole("button", { name: "Require", exact: true }).click();
    await page.getByLabel("Keeps the way in").selectOption({ label: `${glass.name} (${glass.email})` });
    await page.getByRole("button", { name: "Require it" }).click();
    await confirmItIsMe(page, admin.password);
    await expect(page.getByText("Required", { exact: true })).toBeVisible();
    await expect(page.getByText("never used")).toBeVisible();
    expect(await violations(page)).toEqual([]);
  });

  await test.step("somebody whom nobody invited signs in there, and has the role", async () => {
    const theirs = await comeIn(browser, `anything@${mark}.oidc.test`);
    await theirs.waitForURL((url) => url.pathname === "/");
    expect(await rolesOf(account.email)).toEqual(["viewer"]);
    await theirs.context().close();
  });

  await test.step("who comes with somebody else's address is told so, and the admin decides", async () => {
    account = { ...account, sub: "somebody-new" };
    const theirs = await comeIn(browser, account.email);
    await expect(theirs.getByRole("heading", { name: "Somebody else has this address here" })).toBeVisible();
    await page.reload();
    await page.getByRole("button", { name: "Same person" }).click();
    await page.getByRole("button", { name: "It is the same person" }).click();
    await confirmItIsMe(page, admin.password);
    await expect(page.getByText("To decide")).toBeHidden();
    await theirs.getByRole("link", { name: "Sign in as somebody else" }).click();
    await goOn(theirs, account.email);
    await theirs.waitForURL((url) => url.pathname === "/");
    await theirs.context().close();
  });

  await test.step("a SAML provider is connected by the file of its metadata", async () => {
    await page.goto("/settings/sso");
    await page.getByRole("button", { name: "Connect SAML 2.0" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill(`SAML ${mark}`);
    await dialog.getByLabel("or a file:").setInputFiles({ name: "metadata.xml", mimeType: "text/xml", buffer: Buffer.from(saml.metadata) });
    await expect(dialog.getByLabel("Metadata XML")).toHaveValue(saml.metadata);
    await dialog.getByRole("button", { name: "Connect" }).click();
    await confirmItIsMe(page, admin.password);
    await page.waitForURL(/\/settings\/sso\/[\w-]{36}$/);
    await expect(page.getByRole("heading", { level: 1, name: `SAML ${mark}` })).toBeVisible();
    saml.tell({ callback: await detail(page, "ACS URL"), entityId: await detail(page, "Entity id") });
    await mapEngineers(page, admin.password);
    await proveDomain(page, `${mark}.saml.test`, names.records, admin.password);
  });

  await test.step("its people come in; who has no role is told what to do, and the admin finds why", async () => {
    const theirs = await comeIn(browser, asserted.nameId);
    await theirs.waitForURL((url) => url.pathname === "/");
    expect(await rolesOf(asserted.nameId)).toEqual(["viewer"]);
    await theirs.context().close();
    asserted = { nameId: `guest@${mark}.saml.test`, groups: ["guests"] };
    const stranger = await comeIn(browser, asserted.nameId);
    await expect(stranger.getByRole("heading", { name: "You are signed in there, but not let in here" })).toBeVisible();
    expect(await violations(stranger)).toEqual([]);
    const reference = new URL(stranger.url()).searchParams.get("reference") ?? "no reference";
    await page.reload();
    const line = page.getByRole("listitem").filter({ hasText: reference });
    await expect(line).toContainText("No claim gives this person a role, and there is no default.");
    await stranger.context().close();
  });
  names.stop();
  saml.stop();
  await oidc.stop();
});

/** The text that stands behind a term on the page. */
async function detail(page: Page, term: string): Promise<string> {
  const text = await page.locator("dt", { hasText: term }).first().locator("xpath=following-sibling::dd[1]").textContent();
  return (text ?? "").trim();
}

async function mapEngineers(page: Page, password: string): Promise<void> {
  await page.getByRole("button", { name: "Add rule" }).click();
  await page.getByLabel("Rule 1: value").fill("engineers");
  await page.getByLabel("Rule 1: role").selectOption({ label: "Viewer" });
  await page.getByLabel("Rule 1: where").selectOption("organization");
  await page.getByLabel("Make who is unknown at their first sign-in").check();
  await page.getByRole("button", { name: "Save mapping" }).click();
  await confirmItIsMe(page, password);
  await expect(page.getByText("The mapping is saved").first()).toBeVisible();
}

async function proveDomain(page: Page, domain: string, records: Map<string, string>, password: string): Promise<void> {
  await page.getByLabel("Domain", { exact: true }).fill(domain);
  await page.getByRole("button", { name: "Add domain" }).click();
  await expect(page.getByText("Not verified")).toBeVisible();
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(page.getByText("There is no TXT record with that text").first()).toBeVisible();
  records.set(await detail(page, "TXT record at"), await detail(page, "with the text"));
  await page.getByRole("button", { name: "Verify" }).click();
  await confirmItIsMe(page, password);
  await expect(page.getByText("Verified", { exact: true })).toBeVisible();
}

/** Signs in by single sign-on in a browser that was never here. */
async function comeIn(browser: Browser, email: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto("/sso");
  await goOn(page, email);
  return page;
}

async function goOn(page: Page, email: string): Promise<void> {
  await page.getByLabel("Work email").fill(email);
  await page.getByRole("button", { name: "Continue" }).click();
}

async function rolesOf(email: string): Promise<string[]> {
  const sql = ownerDatabase();
  const rows = await sql<{ role: string }[]>`select g.role from role_grant g join person p on p.id = g.person_id where p.email = ${email} and g.revoked_at is null`;
  await sql.end();
  return rows.map(({ role }) => role);
}

/** Another admin with the same password and an authenticator app, who can keep the way in; those of the demo are other tests'. */
async function someoneWithFactor(mark: string, like: string): Promise<{ name: string; email: string }> {
  const [id, name, email] = [randomUUID(), `Gil Glass ${mark}`, `gil-${mark}@example.test`];
  const sql = ownerDatabase();
  await sql.begin(async (tx) => {
    await tx`insert into person (id, organization_id, email, name, password_hash, status) select ${id}, organization_id, ${email}, ${name}, password_hash, 'active' from person where email = ${like}`;
    await tx`insert into role_grant (id, organization_id, person_id, role, valid_from) select ${randomUUID()}, organization_id, id, 'organization_admin', now() - interval '1 day' from person where id = ${id}`;
    await tx`insert into factor (id, organization_id, person_id, kind, name, secret, confirmed_at) select ${randomUUID()}, organization_id, id, 'totp', 'Phone', ${randomBytes(48)}, now() from person where id = ${id}`;
  });
  await sql.end();
  return { name, email };
}

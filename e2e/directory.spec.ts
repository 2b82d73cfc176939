import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { base, bindDn, ca, group, password as bindPassword, person, testLdap } from "../lib/directory/ldap/testing";
import { violations } from "./accessibility";
import { confirmItIsMe } from "./confirm";
import { ownerDatabase } from "./database";
import type { Demo } from "./demo";
import { expect, test } from "./fixtures";

const patchOp = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const core = (name: string) => `urn:ietf:params:scim:schemas:core:2.0:${name}`;

function adminOf(demo: Demo) {
  const admin = demo.people.find(({ role }) => role === "organization_admin") ?? demo.people.find(({ role }) => role === "super_admin");
  if (!admin) throw new Error("the demo has no admin");
  return admin;
}

test("a directory that speaks as Okta does: people come, get roles by groups, and their open page ends when they go", async ({ browser, page, demo, signIn }) => {
  const admin = adminOf(demo);
  const mark = randomBytes(3).toString("hex");
  const email = `okta-${mark}@corp.test`;
  await signIn(page, admin);
  const token = await test.step("the page makes a token, once", async () => {
    await page.goto("/settings/directory");
    await page.getByRole("button", { name: "Connect by SCIM" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill(`Okta ${mark}`);
    await page.getByRole("button", { name: "Make a token" }).click();
    await confirmItIsMe(page, admin.password);
    return (await page.locator("code", { hasText: /^csd_/ }).textContent()) ?? "";
  });
  const okta = async (method: string, path: string, body: unknown) => {
    const response = await fetch(`${process.env.E2E_URL}/api/scim/v2${path}`, { method, headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json" }, body: JSON.stringify(body) });
    expect(response.status, await response.clone().text()).toBeLessThan(300);
    return response.status === 204 ? "" : String((await response.json()).id);
  };
  const user = await okta("POST", "/Users", { schemas: [core("User")], userName: email, name: { givenName: "Ola", familyName: `Okta ${mark}` }, emails: [{ primary: true, value: email, type: "work" }], active: true });
  const groupId = await okta("POST", "/Groups", { schemas: [core("Group")], displayName: `Risk ${mark}`, members: [] });
  await okta("PATCH", `/Groups/${groupId}`, { schemas: [patchOp], Operations: [{ op: "add", path: "members", value: [{ value: user }] }] });

  await test.step("the group is mapped, after seeing who gets what", async () => {
    await page.getByRole("link", { name: "Go on to its page" }).click();
    await mapToViewer(page, `Risk ${mark}`, admin.password, /Ola Okta/);
  });
  const theirs = await (await browser.newContext()).newPage();
  await test.step("they have their role, and their open page ends when the directory takes them away", async () => {
    await givePassword(email, admin.email);
    await signIn(theirs, { email, password: admin.password });
    await theirs.goto("/account");
    await expect(theirs.getByRole("heading", { level: 1 })).toBeVisible();
    await okta("PATCH", `/Users/${user}`, { schemas: [patchOp], Operations: [{ op: "replace", value: { active: false } }] });
    await expect(theirs.getByText("Your session has ended")).toBeVisible();
    await theirs.goto("/account");
    await expect(theirs).toHaveURL(/\/sign-in/);
  });
  await theirs.context().close();
});

test("a directory that is asked by LDAP: tested, previewed, mapped, and only then synced", async ({ page, demo, signIn }) => {
  const admin = adminOf(demo);
  const mark = randomBytes(3).toString("hex");
  const server = await testLdap();
  try {
    const [ada, bob] = [person(`ada-${mark}`), person(`bob-${mark}`)];
    for (const [dn, attributes] of [ada, bob, group("auditing", [ada[0], bob[0]])]) await server.add(dn, attributes);
    await signIn(page, admin);
    await test.step("connect", async () => {
      await page.goto("/settings/directory");
      await page.getByRole("link", { name: "Connect LDAP" }).click();
      await page.getByLabel("Name", { exact: true }).fill(`LDAP ${mark}`);
      await page.getByLabel("Kind of server").selectOption("openldap");
      for (const [label, value] of [["Server", "localhost"], ["Port (optional)", String(server.tlsPort)], ["Bind DN", bindDn], ["Password", "wrong"], ["Base of users", `ou=people,${base}`], ["Base of groups (optional)", `ou=groups,${base}`], ["Certificate authority (optional)", ca]] as const) {
        await page.getByRole(label.startsWith("Port") ? "spinbutton" : "textbox", { name: label, exact: true }).fill(value);
      }
      expect(await violations(page)).toEqual([]);
      await page.getByRole("button", { name: "Connect" }).click();
      await confirmItIsMe(page, admin.password);
      await page.waitForURL(/\/settings\/directory\/[0-9a-f-]{36}/);
    });
    await test.step("a test says what is wrong and, once it is mended, whom it sees", async () => {
      await page.getByRole("button", { name: "Test", exact: true }).click();
      await expect(page.getByText("The directory's server refused the bind DN or its password.")).toBeVisible();
      await page.getByText("Change how it is asked").click();
      await page.getByRole("textbox", { name: /^Password/ }).fill(bindPassword);
      await page.getByRole("button", { name: "Save" }).first().click();
      await confirmItIsMe(page, admin.password);
      await page.getByRole("button", { name: "Test", exact: true }).click();
      await expect(page.getByText("The portal is let in, and reads.")).toBeVisible();
      await expect(page.getByText(`ada-${mark}@corp.test`)).toBeVisible();
    });
    await test.step("a dry run shows who would come in, and with which roles", async () => {
      await page.getByRole("button", { name: "Preview" }).click();
      await expect(page.getByRole("region", { name: "What a sync would do" })).toContainText(`bob-${mark}@corp.test`);
      await mapToViewer(page, "auditing", admin.password, null);
      await page.getByRole("button", { name: "Preview" }).click();
      await expect(page.getByRole("row", { name: /Viewer on the whole organization/ })).toContainText("2");
      expect(await violations(page)).toEqual([]);
    });
    await test.step("the sync makes them, with their roles", async () => {
      await page.getByRole("button", { name: "Start the first sync" }).click();
      await page.getByRole("button", { name: "Sync", exact: true }).click();
      await confirmItIsMe(page, admin.password);
      await expect(page.getByRole("region", { name: "What the sync did" })).toBeVisible();
      await page.goto(`/settings/members?q=ada-${mark}`);
      await expect(page.getByRole("row", { name: new RegExp(`ada-${mark}`) })).toContainText("Viewer");
    });
  } finally {
    await server.close();
  }
});

async function mapToViewer(page: Page, name: string, password: string, gets: RegExp | null): Promise<void> {
  await page.getByRole("listitem").filter({ hasText: name }).getByRole("button", { name: "Map to roles" }).click();
  const dialog = page.getByRole("dialog", { name: `What ${name} gives` });
  await dialog.getByLabel("Role").selectOption("viewer");
  await dialog.getByRole("button", { name: "Add" }).click();
  await dialog.getByRole("button", { name: "See who gets and loses what" }).click();
  if (gets) await expect(dialog.getByText(gets)).toBeVisible();
  await dialog.getByRole("button", { name: "Save" }).click();
  await confirmItIsMe(page, password);
  await expect(dialog).toBeHidden();
}

/** Somebody whom a directory made signs in by its identity provider; here by the password of somebody else. */
async function givePassword(email: string, as: string): Promise<void> {
  const sql = ownerDatabase();
  try {
    await sql`update person set password_hash = (select password_hash from person where email = ${as}) where email = ${email}`;
  } finally {
    await sql.end();
  }
}

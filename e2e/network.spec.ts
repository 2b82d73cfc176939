import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { confirmItIsMe } from "./confirm";
import { ownerDatabase } from "./database";
import { expect, test } from "./fixtures";
import { makeOrganization } from "./network-organization";

/**
 * Network rules as an admin meets them, in an organization of their own: nobody shuts themselves out, a rule is tried before it is
 * saved, and a key that may be used elsewhere only is told so.
 */
test("an admin limits from where people and keys may come, and cannot lock themselves out", async ({ page, demo, signIn }) => {
  test.setTimeout(600_000);
  const sql = ownerDatabase();
  const { admin, key, keyId, organizationId } = await makeOrganization(sql, demo);
  await signIn(page, admin);
  await page.goto("/settings/network");
  const rule = page.locator("section").filter({ has: page.getByRole("heading", { name: "The organization" }) });

  await test.step("a list without them is refused, in the preview and when it is saved", async () => {
    await rule.getByRole("radio", { name: /Only addresses of the list/ }).check();
    await rule.getByRole("textbox", { name: /^List/ }).fill("203.0.113.9/24 # Office Vienna");
    await rule.getByLabel("Try an address").fill("203.0.113.77");
    await rule.getByRole("button", { name: "Preview" }).click();
    await expect(rule.getByText("This would shut you out, so it cannot be saved.")).toBeVisible();
    await expect(rule.getByText("203.0.113.77 would come in.")).toBeVisible();
    await expect(rule.getByText("1 of 1 open sessions would be refused.")).toBeVisible();
    await save(page, admin.password);
    await expect(rule.getByText(/This would shut you out yourself: your address now, 127\.0\.0\.1/)).toBeVisible();
  });

  await test.step("with their address it is saved, and shown in its one form", async () => {
    await rule.getByRole("button", { name: "Add my address" }).click();
    await rule.getByRole("radio", { name: /People only/ }).check();
    // The proof was for this rule, and what it was given for did not happen.
    await page.getByRole("button", { name: "Save" }).click();
    await expect(rule.getByRole("textbox", { name: /^List/ })).toHaveValue("203.0.113.0/24 # Office Vienna\n127.0.0.1/32 # my address");
    await expect(page.getByText("The rule holds from the next request on.").first()).toBeVisible();
  });

  await test.step("a key that may be used elsewhere is refused here, and says why", async () => {
    const me = () => page.request.get("/api/v1/me", { headers: { authorization: `Bearer ${key}` } });
    expect((await me()).status()).toBe(200);
    await page.goto(`/settings/network/${keyId}`);
    await page.getByRole("radio", { name: /Only addresses of the list/ }).check();
    await page.getByRole("textbox", { name: /^List/ }).fill("198.51.100.0/24 # data center");
    await save(page, admin.password);
    await expect(page.getByText("Changed").first()).toBeVisible();
    const answer = await me();
    expect([answer.status(), await answer.json()]).toEqual([
      403,
      expect.objectContaining({ type: "urn:countersign:problem:network_not_allowed", detail: expect.stringMatching(/^Your address 127\.0\.0\.1 is not within what this API key, of .+, allows\.$/) }),
    ]);
  });

  await test.step("whoever is outside reads so, on the page that is open and on the next one, and stays signed in", async () => {
    await page.goto("/settings/network");
    await sql`update network_rule set entries = '[{"range":"203.0.113.0/24","name":"","vpn":false}]', version = ${randomUUID()} where scope_id = ${organizationId}`;
    await expect(page.getByRole("alert").getByText("You are outside of your organization's network")).toBeVisible({ timeout: 60_000 });
    await page.goto("/agents");
    await expect(page).toHaveURL(/\/outside/);
    await expect(page.getByText(/Your address 127\.0\.0\.1 is not within what .+ allows\./)).toBeVisible();
    await sql`update network_rule set addresses = 'any', version = ${randomUUID()} where scope_id = ${organizationId}`;
    await page.getByRole("link", { name: "Try again" }).click();
    await expect(page).toHaveURL(/\/agents/);
  });
  await sql.end();
});

async function save(page: Page, password: string): Promise<void> {
  await page.getByRole("button", { name: "Save" }).click();
  await confirmItIsMe(page, password);
}

import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");

test("by keyboard alone: a dialog keeps the focus and gives it back, a menu goes by arrows and letters, a message is announced", async ({ page, loginAs }) => {
  await loginAs(page, "organization_admin");
  await page.goto("/settings/workspaces");
  const opener = page.getByRole("button", { name: "New workspace" }).first();
  await opener.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press("Tab");
    // The browser's own controls, which come after the last of the page, are outside of any element.
    expect(await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest("dialog") !== null)).toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();

  const account = page.getByRole("button", { name: /account/i }).first();
  await account.focus();
  await page.keyboard.press("Enter");
  const menu = page.getByRole("menu");
  await expect(menu).toBeVisible();
  const items = await menu.getByRole("menuitem").or(menu.getByRole("menuitemradio")).or(menu.getByRole("menuitemcheckbox")).allTextContents();
  expect(items.length).toBeGreaterThan(1);
  await page.keyboard.press("End");
  await expect.poll(() => focused(page)).toBe(items.at(-1));
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => focused(page)).toBe(items[0]);
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await expect(account).toBeFocused();

  await opener.focus();
  await page.keyboard.press("Enter");
  await dialog.getByLabel("Name").fill(`Keyboard ${Date.now()}`);
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("status").filter({ hasText: /\w/ }).first()).toBeVisible();
});

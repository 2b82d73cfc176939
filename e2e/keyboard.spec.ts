import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixtures";

/** Presses Enter until it has done something: before the page is hydrated, nobody listens. */
async function openByEnter(button: Locator, opened: Locator): Promise<void> {
  await expect(async () => {
    if (await opened.isVisible()) return;
    await button.focus();
    await button.press("Enter");
    await expect(opened).toBeVisible({ timeout: 1_000 });
  }).toPass();
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");

test("by keyboard alone: a dialog keeps the focus and gives it back, a menu goes by arrows and letters, a message is announced", async ({ page, loginAs }) => {
  await loginAs(page, "organization_admin");
  await page.goto("/settings/workspaces");
  const opener = page.getByRole("button", { name: "New workspace" }).first();
  const dialog = page.getByRole("dialog");
  await openByEnter(opener, dialog);
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press("Tab");
    // The browser's own controls, which come after the last of the page, are outside of any element.
    expect(await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest("dialog") !== null)).toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();

  const account = page.getByRole("button", { name: /account/i }).first();
  const menu = page.getByRole("menu");
  await openByEnter(account, menu);
  const items = await menu.getByRole("menuitem").or(menu.getByRole("menuitemradio")).or(menu.getByRole("menuitemcheckbox")).allTextContents();
  expect(items.length).toBeGreaterThan(1);
  await page.keyboard.press("End");
  await expect.poll(() => focused(page)).toBe(items.at(-1));
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => focused(page)).toBe(items[0]);
  const letter = (text: string) => text.trim()[0]?.toLowerCase() ?? "";
  // The next that begins with the letter, from the first on, which has the focus.
  const byLetter = [...items.slice(1), ...items.slice(0, 1)].find((text) => letter(text) === letter(items.at(-1) ?? ""));
  await page.keyboard.press(letter(items.at(-1) ?? ""));
  await expect.poll(() => focused(page)).toBe(byLetter);
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await expect(account).toBeFocused();

  await openByEnter(opener, dialog);
  await dialog.getByLabel("Name").fill(`Keyboard ${Date.now()}`);
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("status").filter({ hasText: /\w/ }).first()).toBeVisible();
});

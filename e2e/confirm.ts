import { expect, type Page } from "@playwright/test";

/** Answers the dialog in which a critical change asks for a fresh proof; what was asked for goes on by itself. */
export async function confirmItIsMe(page: Page, password: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  await dialog.getByLabel("Your password").fill(password);
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await expect(dialog).toBeHidden();
}

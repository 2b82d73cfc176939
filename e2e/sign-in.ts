import type { Page } from "@playwright/test";

export type Person = { email: string; password: string };

/** Gives the right password on the sign-in page, and waits for what comes next, a second step perhaps. */
export async function signInByPassword(page: Page, { email, password }: Person): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
}

import type { BrowserContext, Page } from "@playwright/test";
import { violations } from "./accessibility";
import { confirmItIsMe } from "./confirm";
import { expect, test } from "./fixtures";
import { ownOrganization } from "./own-organization";
import { signInByPassword } from "./sign-in";

const changed = "violet harbor pencil engine";

/**
 * What goes by mail, and what makes the second step easier: an admin allows codes by mail and remembered browsers, sets them
 * up, signs in by them, decides a critical request by the keyboard alone, and chooses another password and address by links.
 */
test("codes by mail, remembered browsers, a new password and another address", async ({ browser, page, demo, signIn }) => {
  test.setTimeout(600_000);
  const { admin, approval, mailTo, statusOfRequest, end } = await ownOrganization(demo);
  const code = async () => /^\d{8}/.exec(await mailTo(admin.email, "Your code"))?.[0] ?? "";
  await signIn(page, admin);

  await test.step("the admin allows both, with a proof", async () => {
    await page.goto("/settings/security");
    await page.getByRole("checkbox", { name: "Codes by mail" }).check();
    await page.getByLabel("For admins of the organization or of a workspace").fill("30");
    await page.locator("form").filter({ hasText: "Codes that are sent" }).getByRole("button", { name: "Save" }).click();
    await confirmItIsMe(page, admin.password);
    await expect(page.getByRole("region", { name: "Messages" }).getByText("The rules hold from now on.")).toBeVisible();
    await page.reload();
    await expect(page.getByRole("checkbox", { name: "Codes by mail" })).toBeChecked();
  });

  await test.step("and sets up codes to the address that they have proven", async () => {
    await page.goto("/account");
    await page.getByRole("button", { name: "Codes by mail" }).click();
    await page.getByRole("button", { name: "Mail me a code" }).click();
    await confirmItIsMe(page, admin.password);
    const typed = page.getByRole("textbox", { name: "Code", exact: true });
    await expect(typed).toBeVisible();
    await typed.fill(await code());
    await page.getByRole("button", { name: "Confirm and add" }).click();
    await page.getByRole("button", { name: "I have stored them" }).click();
    await expect(page.getByRole("listitem").filter({ hasText: "Codes by mail" })).toBeVisible();
  });

  const context = await browser.newContext();
  const second = await context.newPage();
  await test.step("the next sign-in asks for a code, and remembers the browser", async () => {
    await signInByPassword(second, admin);
    await expect(second.getByRole("heading", { name: "Confirm that it is you" })).toBeVisible();
    expect(await violations(second)).toEqual([]);
    const before = await code();
    await second.getByRole("button", { name: "Mail me a code" }).click();
    await expect(second.getByText("A code is on its way to a•••@own.example")).toBeVisible();
    await second.getByRole("textbox", { name: "Code", exact: true }).fill(before);
    await second.getByRole("button", { name: "Sign in" }).click();
    await expect(second.getByText("This was not accepted")).toBeVisible();
    await second.getByRole("checkbox", { name: "Do not ask again" }).check();
    await second.getByRole("textbox", { name: "Code", exact: true }).fill(await code());
    await second.getByRole("button", { name: "Sign in" }).click();
    await inside(second);
    await mailTo(admin.email, "You signed in in a way that is unusual");
  });

  await test.step("which then does without, until it is forgotten", async () => {
    await leave(context);
    await signInByPassword(second, admin);
    await inside(second);
    await second.goto("/account");
    await expect(second.getByRole("heading", { name: "Remembered browsers" })).toBeVisible();
    await second.getByRole("button", { name: "Forget" }).click();
    await expect(second.getByRole("heading", { name: "Remembered browsers" })).toHaveCount(0);
    await leave(context);
    await signInByPassword(second, admin);
    await expect(second).toHaveURL(/\/sign-in\/second/);
  });

  await test.step("a critical request is decided by the keyboard alone; the mailed code is no proof for it", async () => {
    await page.goto(`/approvals/${approval}`);
    await expect(page.getByRole("button", { name: /Reject/ }).first()).toBeEnabled();
    // The shortcut is there once the page is interactive, which nothing on it shows.
    await expect(async () => {
      await page.keyboard.press("r");
      await expect(page.getByRole("dialog").getByRole("textbox", { name: "Reason" })).toBeFocused({ timeout: 1_000 });
    }).toPass();
    await page.keyboard.type("It was paid already.");
    await page.keyboard.press("Control+Enter");
    const proof = page.getByRole("dialog", { name: "Confirm that it is you" });
    await expect(proof.getByLabel("Your password")).toBeFocused();
    await page.keyboard.type(admin.password);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("region", { name: "Messages" }).getByText("Rejected. It will not happen.")).toBeVisible();
    expect(await statusOfRequest()).toBe("rejected");
  });

  await test.step("a new password comes by a link, works once, and ends the sessions that were open", async () => {
    await second.goto("/reset");
    await second.getByLabel("Email").fill(admin.email);
    await second.getByRole("button", { name: "Send the link" }).click();
    const link = /https?:\/\/\S+\/reset\/\S+/.exec(await mailTo(admin.email, "Choose a new password"))?.[0] ?? "";
    await second.goto(link);
    await second.getByLabel("New password").fill(changed);
    await second.getByRole("button", { name: "Change the password" }).click();
    await expect(second.getByRole("region", { name: "Messages" }).getByText("Your password is changed")).toBeVisible();
    await expect(second).toHaveURL(/\/sign-in$/);
    await page.goto("/account");
    await expect(page).toHaveURL(/\/sign-in/);
    await second.goto(link);
    await expect(second.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
    await signInByPassword(page, { ...admin, password: changed });
    await page.getByRole("button", { name: "Mail me a code" }).click();
    await expect(page.getByText("A code is on its way")).toBeVisible();
    await page.getByRole("textbox", { name: "Code", exact: true }).fill(await code());
    await page.getByRole("button", { name: "Sign in" }).click();
    await inside(page);
  });

  await test.step("another address holds once its link is opened", async () => {
    const another = `new-${admin.email}`;
    await page.goto("/account");
    await page.getByRole("textbox", { name: "Address" }).fill(another);
    await page.locator("form").filter({ hasText: "Address" }).getByLabel("Current password").fill(changed);
    await page.getByRole("button", { name: "Send the link" }).click();
    await expect(page.getByRole("region", { name: "Messages" }).getByText("A mail is on its way.")).toBeVisible();
    await page.goto(/https?:\/\/\S+\/confirm\/\S+/.exec(await mailTo(another, "Confirm your address"))?.[0] ?? "");
    await page.getByRole("button", { name: "Confirm" }).click();
    await expect(page.getByRole("region", { name: "Messages" }).getByText("Your address is confirmed.")).toBeVisible();
    await mailTo(admin.email, "Your address was changed");
    await page.goto("/account");
    await expect(page.getByText(another).first()).toBeVisible();
  });
  await context.close();
  await end();
});

const inside = (page: Page) => page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));

/** As if the session had ended: what the browser knows besides stays. */
async function leave(context: BrowserContext): Promise<void> {
  await context.clearCookies({ name: /session/ });
}

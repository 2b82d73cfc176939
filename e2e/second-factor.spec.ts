import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import { violations } from "./accessibility";
import { confirmItIsMe } from "./confirm";
import { ownerDatabase } from "./database";
import { expect, test, type Person } from "./fixtures";
import { signInByPassword } from "./sign-in";

/**
 * Second factors as somebody meets them: an app is set up, asked for at the next sign-in and before a critical change; a key
 * (Chromium's virtual one) does the same; a recovery code is good once.
 */
test("an authenticator app, a key and recovery codes", async ({ browser, page, demo, signIn }) => {
  test.setTimeout(600_000);
  const person = demo.people.find((each) => each.role === "agent_manager");
  if (!person) throw new Error("the demo has nobody for this");
  await removeFactors(person);
  await signIn(page, person);
  const app = await test.step("the app is set up from My account, with the password and a first code", () => addApp(page, person));
  await expect(page.getByRole("listitem").filter({ hasText: "My phone" })).toBeVisible();

  const second = await (await browser.newContext()).newPage();
  await test.step("the next sign-in asks for it, and nothing opens without", async () => {
    await signInByPassword(second, person);
    await expect(second.getByRole("heading", { name: "Confirm that it is you" })).toBeVisible();
    expect(await violations(second)).toEqual([]);
    await second.goto("/account");
    await expect(second).toHaveURL(/\/sign-in/);
    await signInByPassword(second, person);
    await second.getByRole("textbox", { name: "Code", exact: true }).fill("000000");
    await second.getByRole("button", { name: "Sign in" }).click();
    await expect(second.getByText("This was not accepted")).toBeVisible();
    await second.getByRole("textbox", { name: "Code", exact: true }).fill(await app.next());
    await second.getByRole("button", { name: "Sign in" }).click();
    await second.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  });

  await test.step("a key is added, with a code of the app as the proof", async () => {
    await virtualKey(second);
    await second.goto("/account");
    await second.getByRole("button", { name: "Passkey or key" }).click();
    await second.getByLabel("Name").fill("Key on my ring");
    await second.getByRole("button", { name: "Continue on the key" }).click();
    const dialog = second.getByRole("dialog", { name: "Confirm that it is you" });
    await dialog.getByRole("textbox", { name: "Code", exact: true }).fill(await app.next());
    await dialog.getByRole("button", { name: "Confirm" }).click();
    await second.getByRole("button", { name: "Done" }).click();
    await expect(second.getByRole("listitem").filter({ hasText: "Key on my ring" })).toBeVisible();
  });

  await test.step("the key signs in, and proves who it is before a key of an agent is made", async () => {
    await second.context().clearCookies();
    await signInByPassword(second, person);
    await second.getByRole("button", { name: "Use your key" }).click();
    await second.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
    await second.goto(`/agents/${demo.agents[0]?.id}/keys`);
    await second.getByRole("button", { name: "New key" }).click();
    await second.getByRole("dialog").getByLabel("Name").fill(`by a key ${randomBytes(3).toString("hex")}`);
    await second.getByRole("button", { name: "Create key" }).click();
    await second.getByRole("dialog", { name: "Confirm that it is you" }).getByRole("button", { name: "Use your key" }).click();
    await expect(second.locator("code", { hasText: /^cs_[^…]{40,}$/ }).first()).toBeVisible();
  });

  await test.step("a recovery code signs in once", async () => {
    const third = await (await browser.newContext()).newPage();
    for (const welcome of [true, false]) {
      await third.context().clearCookies();
      await signInByPassword(third, person);
      await third.getByRole("button", { name: "Use a recovery code" }).click();
      await third.getByRole("textbox", { name: "Recovery code" }).fill(app.recoveryCode);
      await third.getByRole("button", { name: "Sign in" }).click();
      if (welcome) await third.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
      else await expect(third.getByText("This was not accepted")).toBeVisible();
    }
    await third.context().close();
  });
  await second.context().close();
  await removeFactors(person);
});

/** Other tests sign this person in by the password alone. */
async function removeFactors({ email }: Person): Promise<void> {
  const sql = ownerDatabase();
  await sql`update factor set removed_at = now(), secret = null where person_id = (select id from person where email = ${email})`;
  await sql.end();
}

async function addApp(page: Page, person: Person) {
  await page.goto("/account");
  await page.getByRole("button", { name: "Authenticator app" }).click();
  await page.getByLabel("Name").fill("My phone");
  await page.getByRole("button", { name: "Continue" }).click();
  await confirmItIsMe(page, person.password);
  const secret = ((await page.getByRole("dialog").locator("code").textContent()) ?? "").replaceAll(" ", "");
  const totp = new TOTP({ secret: Secret.fromBase32(secret), algorithm: "SHA1", digits: 6, period: 30 });
  let last = 0;
  /** A code that was not used yet: of the step after the last one, once that is near enough. */
  async function next(): Promise<string> {
    for (;;) {
      const now = Math.floor(Date.now() / 30_000);
      const step = Math.max(now - 1, last + 1);
      if (step <= now + 1) {
        last = step;
        return totp.generate({ timestamp: step * 30_000 });
      }
      await page.waitForTimeout(1_000);
    }
  }
  await page.getByRole("textbox", { name: "Code", exact: true }).fill(await next());
  await page.getByRole("button", { name: "Confirm and add" }).click();
  const recoveryCode = await page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem").first().textContent();
  await page.getByRole("button", { name: "I have stored them" }).click();
  return { next, recoveryCode: recoveryCode ?? "" };
}

/** A security key that Chromium plays: it is there, and its person always touches it. */
async function virtualKey(page: Page): Promise<void> {
  const chromium = await page.context().newCDPSession(page);
  await chromium.send("WebAuthn.enable");
  await chromium.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "usb", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
}

import type { Page } from "@playwright/test";
import { violations } from "./accessibility";
import { ownerDatabase } from "./database";
import { everyPage, superAdmin } from "./every-page";
import { expect, test } from "./fixtures";
import { chinks } from "./page-armour";
import { type Look, overflow, watchedPage } from "./watched-page";

const looks: Look[] = [
  { width: 1440, height: 900, scheme: "light" },
  { width: 390, height: 844, scheme: "dark" },
];

test.describe.configure({ mode: "parallel" });

for (const [turn, look] of looks.entries()) {
  test(`every page at ${look.width} px, ${look.scheme}: axe finds nothing, nothing is cut off, no code or request but ours`, async ({ browser, demo, signIn }) => {
    test.setTimeout(900_000);
    const sql = ownerDatabase();
    const pages = await everyPage(sql);
    const person = await superAdmin(sql, demo);
    await sql.end();
    expect(pages.length).toBeGreaterThan(20);
    const stranger = await watchedPage(browser, demo.url, look);
    const member = await watchedPage(browser, demo.url, look);
    await signIn(member.page, person);
    const nonces = new Set<string>();
    for (const [at, { pattern, address, signedIn }] of pages.entries()) {
      const { page } = signedIn ? member : stranger;
      const { href } = new URL(address, demo.url);
      const response = await page.goto(address);
      expect([pattern, response ? await chinks(response) : "no answer"]).toEqual([pattern, []]);
      nonces.add(/'nonce-([^']+)'/.exec(response?.headers()["content-security-policy"] ?? "")?.[1] ?? "");
      // Again while the page is on its way: a wide queue opens its first request by itself.
      await expect(async () => {
        await settled(page);
        expect([pattern, page.url()]).toEqual([pattern, expect.stringContaining(href)]);
        expect([pattern, await overflow(page)]).toEqual([pattern, 0]);
        // One look of each page, in turn: they are made of the same pieces, and axe is half of this test's time.
        if (at % looks.length === turn) expect([pattern, await violations(page)]).toEqual([pattern, []]);
      }).toPass({ timeout: 90_000 });
    }
    // A nonce that comes twice is known to whoever saw it first.
    expect(nonces.size).toBe(pages.length);
    expect([...member.complaints, ...stranger.complaints]).toEqual([]);
    await member.page.context().close();
    await stranger.page.context().close();
  });
}

test("sign-in: axe finds nothing, and a wrong password is told without moving away", async ({ browser, demo }) => {
  const { page } = await watchedPage(browser, demo.url, { width: 390, height: 844, scheme: "light" });
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill("nobody@meridian.example");
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.context().close();
});

/** Pages show a skeleton first, and their title comes after that; what counts is what comes then. */
async function settled(page: Page): Promise<void> {
  await expect(page).toHaveTitle(/\S/);
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
}

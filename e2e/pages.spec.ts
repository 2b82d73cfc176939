import type { Page } from "@playwright/test";
import { violations } from "./accessibility";
import { ownerDatabase } from "./database";
import { everyPage, superAdmin } from "./every-page";
import { expect, test } from "./fixtures";
import { chinks } from "./page-armour";
import { type Look, overflow, watchedPage } from "./watched-page";

const looks: [Look, Look] = [
  { width: 1440, height: 900, scheme: "light" },
  { width: 390, height: 844, scheme: "dark" },
];

test.describe.configure({ mode: "parallel" });

/** Half of the pages each, so that both cores have work. */
for (const half of [0, 1]) {
  test(`every page of half ${half + 1} of them, at 1440 px in light and at 390 px in dark: axe finds nothing, nothing is cut off, no code or request but ours`, async ({ browser, demo, signIn }) => {
    test.setTimeout(900_000);
    const sql = ownerDatabase();
    const pages = await everyPage(sql);
    const person = await superAdmin(sql, demo);
    await sql.end();
    expect(pages.length).toBeGreaterThan(20);
    const stranger = await watchedPage(browser, demo.url, looks[0]);
    const member = await watchedPage(browser, demo.url, looks[0]);
    await signIn(member.page, person);
    const nonces = new Set<string>();
    const mine = pages.filter((_, at) => at % 2 === half);
    for (const [at, { pattern, address, signedIn }] of mine.entries()) {
      const { page } = signedIn ? member : stranger;
      const { href } = new URL(address, demo.url);
      // Opened in one look and turned to the other, as a phone is; which one comes first, and in which axe looks, changes in turn.
      const inTurn = at % 2 === 0 ? looks : looks.toReversed();
      for (const [step, look] of inTurn.entries()) {
        await page.setViewportSize({ width: look.width, height: look.height });
        await page.emulateMedia({ colorScheme: look.scheme });
        if (step === 0) nonces.add(await openPage(page, pattern, address));
        // Again while the page is on its way: a wide queue opens its first request by itself.
        await expect(async () => {
          await settled(page);
          expect([pattern, page.url()]).toEqual([pattern, expect.stringContaining(href)]);
          expect([pattern, look.width, await overflow(page)]).toEqual([pattern, look.width, 0]);
          // One look of each page: they are made of the same pieces, and axe is half of this test's time.
          if (step === 0) expect([pattern, await violations(page)]).toEqual([pattern, []]);
        }).toPass({ timeout: 90_000 });
      }
    }
    // A nonce that comes twice is known to whoever saw it first.
    expect(nonces.size).toBe(mine.length);
    expect([...member.complaints, ...stranger.complaints]).toEqual([]);
    await member.page.context().close();
    await stranger.page.context().close();
  });
}

/** Opens it, and gives the nonce that its own scripts are known by. */
async function openPage(page: Page, pattern: string, address: string): Promise<string> {
  const response = await page.goto(address);
  expect([pattern, response ? await chinks(response) : "no answer"]).toEqual([pattern, []]);
  return /'nonce-([^']+)'/.exec(response?.headers()["content-security-policy"] ?? "")?.[1] ?? "";
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

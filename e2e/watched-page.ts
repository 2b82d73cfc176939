import type { Browser, Page } from "@playwright/test";

export type Look = { width: number; height: number; scheme: "light" | "dark" };

/** A page, and what its browser complained of so far: it should stay empty, whatever the page shows. */
export type WatchedPage = { page: Page; complaints: string[] };

/** Opens a page that writes down every breach of the content policy, error, dialog and request to somebody else. */
export async function watchedPage(browser: Browser, url: string, look: Look): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: look.width, height: look.height }, colorScheme: look.scheme, reducedMotion: "reduce" });
  // The console tells of a breach as well, but not of what only the policy's report mode or a worker saw.
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => console.error(`policy breached: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const complain = (what: string) => complaints.push(`${new URL(page.url(), url).pathname}: ${what}`);
  page.on("console", (message) => message.type() === "error" && complain(message.text()));
  page.on("pageerror", (error) => complain(error.message));
  page.on("dialog", (dialog) => {
    complain(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on("request", (request) => isElsewhere(request.url(), url) && complain(`asked ${request.url()}`));
  return { page, complaints };
}

function isElsewhere(address: string, url: string): boolean {
  return /^(https?|wss?|ftp):/.test(address) && new URL(address).host !== new URL(url).host;
}

/** How far the page is wider than the screen, in pixels. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
}

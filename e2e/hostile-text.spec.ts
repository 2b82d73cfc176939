import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { parseCsvLine } from "@/lib/audit/file/csv-row";
import { acts, deceives } from "./attacks";
import { ownerDatabase } from "./database";
import { superAdmin } from "./every-page";
import { expect, test } from "./fixtures";
import { attackEverywhere } from "./hostile-agent";
import { overflow, watchedPage } from "./watched-page";

test("an agent that writes attacks into every field: they are shown for what they are, and nothing of them happens", async ({ browser, demo, signIn }) => {
  test.setTimeout(900_000);
  const deed = await attackEverywhere(demo, randomBytes(4).toString("hex"));
  const sql = ownerDatabase();
  const person = await superAdmin(sql, demo);
  const [event] = await sql<{ seq: string }[]>`select seq from audit_event where resource_id = ${deed.reportedId} order by seq limit 1`;
  await sql.end();
  const { page, complaints } = await watchedPage(browser, demo.url, { width: 390, height: 844, scheme: "dark" });
  await signIn(page, person);
  const addresses = [
    `/approvals/${deed.approvalId}`, `/approvals/${deed.raiseId}`, `/runs/${deed.runId}`, `/agents/${deed.agentId}/actions?action=${deed.reportedId}`,
    `/audit?event=${event?.seq}`, `/audit/${event?.seq}`, "/", "/approvals", `/agents/${deed.agentId}`, `/agents/${deed.runAgentId}/actions?action=${deed.runActionId}`,
    "/runs", "/audit", "/notices", "/mailbox", "/approvals/history",
  ];
  for (const address of addresses) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 }).or(page.getByRole("dialog")).first()).toBeVisible();
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    await unfold(page);
    expect([address, await marksOf(page)]).toEqual([address, []]);
    expect([address, await overflow(page)]).toEqual([address, 0]);
  }

  await test.step("the approver is told, and sees every attack for what it is", async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`/approvals/${deed.approvalId}`);
    await unfold(page);
    const request = page.getByRole("article");
    await expect(request.getByText("Not everything here is what it looks like")).toBeVisible();
    const text = (await request.textContent()) ?? "";
    for (const [name, attack] of Object.entries(acts)) expect([name, text.includes(attack)]).toEqual([name, true]);
    for (const [name, [, seen]] of Object.entries(deceives)) expect([name, text.includes(`⟨${seen}`) || text.includes(seen)]).toEqual([name, true]);
    expect([await marksOf(page), await overflow(page)]).toEqual([[], 0]);
  });

  await test.step("files come as files, whatever their names say", async () => {
    await page.goto(`/runs/${deed.runId}`);
    const downloads = page.getByRole("link", { name: /^Download/ });
    await expect(downloads.nth(1)).toBeVisible();
    const links = await downloads.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
    for (const link of links) {
      const answer = await page.request.get(link);
      const headers = answer.headers();
      expect([link, answer.status(), headers["content-type"], headers["x-content-type-options"], headers["set-cookie"]]).toEqual([link, 200, "application/octet-stream", "nosniff", undefined]);
      expect(headers["content-disposition"]).toMatch(/^attachment; filename="[^"\\\r\n]*"; filename\*=UTF-8''[\w.!~*%-]+$/);
      expect(headers["content-security-policy"]).toContain("sandbox");
    }
  });

  await test.step("no cell of an export begins like a formula", async () => {
    const csv = await (await page.request.get("/audit/export?format=csv")).text();
    const cells = csv.split("\n").slice(1, -1).flatMap((line) => parseCsvLine(line) ?? ["=not a row"]);
    expect(cells.length).toBeGreaterThan(1_000);
    expect(cells.filter((cell) => /^\s*[=+\-@＝＋－＠\t\r]/u.test(cell))).toEqual([]);
  });

  expect(complaints).toEqual([]);
  expect(await page.context().cookies()).not.toContainEqual(expect.objectContaining({ name: "owned" }));
  await page.context().close();
});

/** Opens whatever is folded away. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
}

/** What of the attacks took effect in the page: code that ran, elements or addresses that they made, characters that hide. */
async function marksOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    if ("owned" in window) found.push("code ran");
    for (const element of document.querySelectorAll("body script:not([nonce]), img[src='x'], iframe, base, meta[http-equiv=refresh], style:not([nonce]), [autofocus][name=password], form[action*='evil.example'], link[href*='evil.example'], img[src*='evil.example'], a[href*='evil.example']")) found.push(element.outerHTML.slice(0, 200));
    for (const link of document.querySelectorAll("a[href], form[action]")) if (/^\s*(javascript|data|vbscript):/i.test(link.getAttribute("href") ?? link.getAttribute("action") ?? "")) found.push(link.outerHTML.slice(0, 200));
    for (const element of document.querySelectorAll("body *")) for (const { name } of element.attributes) if (name.startsWith("on")) found.push(`${element.tagName} ${name}`);
    const hidden = /[\u202a-\u202e\u2066-\u2069\u200b\ufeff\u3164\u{e0041}\u001b]/u;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, (node) => (node.parentElement?.closest("script") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
    while (walker.nextNode()) if (hidden.test(walker.currentNode.nodeValue ?? "")) found.push(`hidden character in: ${(walker.currentNode.nodeValue ?? "").slice(0, 80)}`);
    for (const element of document.querySelectorAll("[title], [aria-label]")) if (hidden.test(`${element.getAttribute("title")}${element.getAttribute("aria-label")}`)) found.push(`hidden character in a label: ${element.outerHTML.slice(0, 100)}`);
    return found;
  });
}

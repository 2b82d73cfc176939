import { randomBytes } from "node:crypto";
import type { Locator, Page } from "@playwright/test";
import { agentApi } from "./api";
import { confirmItIsMe } from "./confirm";
import { ownerDatabase } from "./database";
import type { Demo } from "./demo";
import { expect, test } from "./fixtures";
import { type QueueAgent, queueOrganization } from "./queue-organization";

type Answer = "approve" | "reject" | "less" | "stand";
type Asked = { agent: QueueAgent; actionId: string; approvalId: string; resource: string; risk: string; digest: string; answer: Answer };
type Ask = (agent: QueueAgent, tool: string, resource: string, answer: Answer, more?: Record<string, unknown>) => Promise<Asked>;

const why = (resource: string) => `No, not ${resource}`;
const times = (count: number, ask: (at: number) => Promise<Asked>) => Array.from({ length: count }, (_, at) => ask(at));

/** A queue of its own, and who asks and who decides there. */
async function ownQueue(demo: Demo) {
  const sql = ownerDatabase();
  const made = await queueOrganization(sql, demo);
  await sql.end();
  const tag = randomBytes(3).toString("hex");
  const api = (agent: QueueAgent) => agentApi(demo.url, made.keys[agent]);
  const ask: Ask = async (agent, tool, resource, answer, more = {}) => {
    const body = { tool, resource, purpose: `Needed for ${resource}`, estimatedCostMicros: 250_000, arguments: { of: resource }, ...more };
    const { status, text, json } = await api(agent).submit(body, `${tag}-${resource}`);
    expect([status, json.status], text).toEqual([201, "pending_approval"]);
    const { risk } = json.decision as { risk: string };
    return { agent, actionId: String(json.id), approvalId: String(json.approvalId), resource, risk, digest: String(json.digest), answer };
  };
  /** Each request has become what was meant for it, by what the API says. */
  const expectOutcomes = async (asked: readonly Asked[], reasonOf: (one: Asked) => string = ({ resource }) => why(resource)) => {
    const ended = await Promise.all(asked.map(async ({ agent, actionId, resource, digest }) => {
      const { json } = await api(agent).get(`/api/v1/actions/${actionId}`);
      return { resource, status: json.status, isAsAsked: json.digest === digest, reason: json.status === "rejected" ? json.decisionReason : null };
    }));
    expect(ended).toEqual(asked.map((one) => (one.answer === "reject" ? { resource: one.resource, status: "rejected", isAsAsked: true, reason: reasonOf(one) } : { resource: one.resource, status: "allowed", isAsAsked: one.answer !== "less", reason: null })));
  };
  return { supervisor: made.supervisor, api, ask, expectOutcomes };
}

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  /**
   * A supervisor with a phone and a full queue: look-alikes together, the others one by one under the thumb, one with less than
   * was asked, one that is to stand, and one that comes above all while another is being decided. Afterwards each agent's own
   * API says what each request has become.
   */
  test("thirty mixed requests are decided without a mistake", async ({ page, demo, signIn }) => {
    test.setTimeout(600_000);
    const { supervisor, api, ask, expectOutcomes } = await ownQueue(demo);
    const [mails, reads, single] = await test.step("three agents ask for twenty-nine things", async () => {
      const others = [
        ...times(3, (at) => ask("Invoice clerk", "erp.read", `order-${at}`, at === 1 ? "reject" : "approve")),
        ...times(3, (at) => ask("Invoice clerk", "erp.write", `booking-${at}`, at === 1 ? "approve" : "reject")),
        ...times(3, (at) => ask("Stock keeper", "stock.write_off", `pallet-${at}`, at === 1 ? "approve" : "reject", { operation: "delete" })),
        ...times(3, (at) => ask("Invoice clerk", "payments.create", `invoice-${at}`, at === 0 ? "approve" : "reject")),
        ask("Invoice clerk", "payments.create", "invoice-of-less", "less", { estimatedCostMicros: 2_000_000, arguments: { supplier: "Mill", sacks: 40 } }),
        ask("Stock keeper", "stock.count", "daily-count", "stand"),
        ask("Stock keeper", "erp.write", "all-shelves", "reject", { declaredRisk: "CRITICAL" }),
      ];
      return Promise.all([
        Promise.all(times(8, (at) => ask("Ticket writer", "mail.send", `customer-${at}`, at % 3 === 0 ? "approve" : "reject"))),
        Promise.all(times(6, (at) => ask("Stock keeper", "erp.read", `shelf-${at}`, "approve"))),
        Promise.all(others),
      ]);
    });
    expect(new Set([...mails, ...reads, ...single].map(({ risk }) => risk))).toEqual(new Set(["LOW", "MEDIUM", "HIGH", "CRITICAL"]));

    await signIn(page, supervisor);
    await page.goto("/approvals");
    const list = page.getByRole("list", { name: "Requests that wait" });
    await expect(page.getByText("Live", { exact: true })).toBeVisible();
    await expect(list.getByRole("listitem")).toHaveCount(single.length + 2);

    await test.step("look-alikes are one row: some of them are chosen, the others rejected together; those of another row are all approved", async () => {
      const dialog = await openAlike(page, "8 alike");
      const wanted = mails.filter(({ answer }) => answer === "approve");
      // What is different between them stands with each: the value of the argument, too.
      for (const { resource } of wanted) await dialog.getByRole("checkbox", { name: new RegExp(`${resource}\\b.*/of ${resource}`) }).tap();
      await dialog.getByRole("button", { name: `Approve ${wanted.length}` }).tap();
      await expect(dialog.getByText(`All ${mails.length - wanted.length} on this page`)).toBeVisible();
      await dialog.getByRole("textbox", { name: "Reason" }).fill(why("these"));
      await dialog.getByRole("button", { name: "Reject all that are alike" }).tap();
      await expect(page.getByRole("region", { name: "Messages" }).getByText(`${mails.length - wanted.length} rejected.`)).toBeVisible();
      await leaveAlike(page, dialog);
      const other = await openAlike(page, "6 alike");
      await other.getByText("All 6 on this page", { exact: true }).tap();
      await other.getByRole("button", { name: "Approve 6" }).tap();
      await leaveAlike(page, other);
      await expect(list.getByRole("listitem")).toHaveCount(single.length);
    });

    await test.step("the others one after the other, while one more comes in above them", async () => {
      const left = new Map(single.map((asked) => [asked.approvalId, asked]));
      await list.getByRole("link").first().tap();
      for (let at = 0; left.size > 0; at++) {
        await page.waitForURL((url) => left.has(idIn(url)));
        const asked = left.get(idIn(new URL(page.url())));
        if (!asked) throw new Error("the request that is open was decided already");
        left.delete(asked.approvalId);
        const late = await decideByThumb(page, supervisor.password, asked, at === 5 ? () => ask("Ticket writer", "mail.send", "everybody", "reject", { declaredRisk: "CRITICAL" }) : null);
        if (late) {
          single.push(late);
          left.set(late.approvalId, late);
        }
        if (left.size > 0) await page.getByRole("button", { name: "Next request" }).tap();
      }
      expect(mails.length + reads.length + single.length).toBe(30);
    });

    await test.step("the agent takes what it was offered", async () => {
      const { agent, actionId } = single.find(({ answer }) => answer === "less") ?? { agent: "Invoice clerk", actionId: "" };
      const { narrowing } = (await api(agent).get(`/api/v1/actions/${actionId}`)).json as { narrowing: { digest: string; amountMicros: number } };
      expect(narrowing.amountMicros).toBe(1_000_000);
      expect((await api(agent).post(`/api/v1/actions/${actionId}/accept`, { digest: narrowing.digest })).status).toBe(200);
    });

    await test.step("each is what was decided about it, and nothing waits any more", async () => {
      await expectOutcomes([...mails, ...reads], () => why("these"));
      await expectOutcomes(single);
      await page.goto("/approvals");
      await expect(page.getByText("Nothing waits for you")).toBeVisible();
    });

    await test.step("what stands goes on without asking, and only that", async () => {
      const again = (resource: string, of: string) => api("Stock keeper").submit({ tool: "stock.count", resource, estimatedCostMicros: 250_000, arguments: { of } }, `again-${resource}-${of}`);
      expect((await again("daily-count", "tomorrow")).json.status).toBe("allowed");
      expect((await again("yearly-count", "tomorrow")).json.status).toBe("pending_approval");
    });
  });
});

function idIn(url: URL): string {
  return url.pathname.split("/").at(-1) ?? "";
}

async function openAlike(page: Page, alike: string): Promise<Locator> {
  await page.getByRole("list", { name: "Requests that wait" }).getByRole("link").filter({ hasText: alike }).tap();
  await page.getByRole("button", { name: "Decide several…" }).tap();
  return page.getByRole("dialog", { name: "Decide several that are alike" });
}

async function leaveAlike(page: Page, dialog: Locator): Promise<void> {
  await expect(dialog.getByText("None of them is left.")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).tap();
  await page.getByRole("link", { name: "All requests" }).tap();
}

/** Reads what is open, and gives the answer that is meant for it; `meanwhile` happens when the answer is asked for already. */
async function decideByThumb(page: Page, password: string, { resource, risk, answer }: Asked, meanwhile: (() => Promise<Asked>) | null): Promise<Asked | null> {
  const panel = page.getByRole("region", { name: "Opened request" });
  await expect(panel.getByText(`Needed for ${resource}`, { exact: true })).toBeVisible();
  if (answer === "less") {
    await offerLess(page);
    return null;
  }
  if (answer === "stand") await letItStand(page, password);
  const [button, title] = answer !== "reject" ? (["Approve", "Approve exactly this?"] as const) : (["Reject", "Reject this request"] as const);
  await panel.getByRole("button", { name: button }).tap();
  const dialog = page.getByRole("dialog", { name: title });
  await expect(dialog.getByText(resource, { exact: true })).toBeVisible();
  const late = meanwhile ? await meanwhile() : null;
  if (answer === "reject") await dialog.getByRole("textbox", { name: "Reason" }).fill(why(resource));
  await dialog.getByRole("button", { name: button }).tap();
  if (risk === "CRITICAL") await confirmItIsMe(page, password);
  await expect(dialog).toBeHidden();
  await expect(panel.getByText("by Sven Supervisor")).toBeVisible();
  return late;
}

async function offerLess(page: Page): Promise<void> {
  await page.getByRole("button", { name: "More answers" }).tap();
  await page.getByRole("menuitem", { name: "Approve less…" }).tap();
  const dialog = page.getByRole("dialog", { name: "Approve less than was asked" });
  await dialog.getByLabel(/^At most/).fill("1");
  const json = dialog.getByLabel("Arguments, as JSON");
  await json.fill((await json.inputValue()).replace("40", "20"));
  await expect(dialog.getByText("/sacks → 20")).toBeVisible();
  await dialog.getByLabel("Reason").fill("Half of it this month");
  await dialog.getByRole("button", { name: "Offer this instead" }).tap();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("Sven Supervisor offered less")).toBeVisible();
}

/** From now on its like goes on without asking: whatever is counted, for this resource. */
async function letItStand(page: Page, password: string): Promise<void> {
  await page.getByRole("button", { name: "More answers" }).tap();
  await page.getByRole("menuitem", { name: "Let it stand…" }).tap();
  const dialog = page.getByRole("dialog", { name: "Let what is like this go on without asking" });
  await dialog.getByLabel("of", { exact: true }).fill("*");
  await dialog.getByLabel("Reason").fill("It is counted every day");
  await dialog.getByRole("button", { name: "Let it stand" }).tap();
  await confirmItIsMe(page, password);
  await expect(dialog).toBeHidden();
}

import { reportOutcome } from "@/lib/actions/report-outcome";
import { submitAction } from "@/lib/actions/submit";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { takeGrant } from "@/lib/actions/take-grant";
import { RequestLeaseInput, requestLease } from "@/lib/leases/request";
import { RequestSpawnInput } from "@/lib/spawn/input";
import { requestSpawn } from "@/lib/spawn/request";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import type { DemoAgent } from "./agents";

type Request = Parameters<typeof SubmitActionInput.parse>[0];

/** A morning's work: calls that were allowed and paid for, some that wait for a person, a child agent and a lease that are asked for, two that were denied, one run. */
export async function seedActivity(agents: readonly DemoAgent[]): Promise<void> {
  const [expenses, invoices, tickets, researcher] = agents.map((agent) => agent.ctx);
  if (!expenses || !invoices || !tickets || !researcher) throw new Error("the demo lacks agents");
  for (let i = 0; i < 13; i++) await work(expenses, `lookup-${i}`, { tool: "erp.read", resource: `cost-centre/${4100 + i}`, estimatedCostMicros: 300_000, purpose: "Look up the cost centre" }, 290_000);
  for (let i = 0; i < 6; i++) await work(invoices, `match-${i}`, { tool: "erp.read", resource: `order/PO-${20_417 + i}`, estimatedCostMicros: 200_000, purpose: "Match an invoice with its order" }, 120_000 + i * 7_000);
  await ask(invoices, "remind", {
    tool: "mail.send", resource: "supplier/Alpine Dairy", estimatedCostMicros: 10_000, purpose: "Ask for the missing delivery note of invoice AD-2231",
    arguments: { to: ["accounts@alpine-dairy.example"], subject: "Invoice AD-2231", body: "Could you send us the delivery note for invoice AD-2231? We will pay on receipt." },
  });
  await ask(invoices, "pay", {
    tool: "payments.transfer", resource: "supplier/Harvest Mills", estimatedCostMicros: 40_000, purpose: "Pay invoice HM-0077, due tomorrow",
    arguments: { iban: "DE02120300000000202051", amount: "1840.00", currency: "EUR", reference: "HM-0077" },
  });
  await ask(tickets, "answer", {
    tool: "crm.update", operation: "reply", resource: "ticket/88412", estimatedCostMicros: 60_000, purpose: "Answer a customer whose delivery was late",
    arguments: { ticket: 88412, draft: "We are sorry that your delivery came a day late. A voucher is on its way." },
  });
  for (const [supplier, invoice] of [["Nordsee Fisch", "NF-5120"], ["Molinos del Sur", "MS-0931"]] as const) {
    await ask(invoices, `remind-${invoice}`, {
      tool: "mail.send", resource: `supplier/${supplier}`, estimatedCostMicros: 10_000, purpose: `Ask for the missing delivery note of invoice ${invoice}`,
      arguments: { to: [`accounts@${supplier.toLowerCase().replaceAll(" ", "-")}.example`], subject: `Invoice ${invoice}`, body: `Could you send us the delivery note for invoice ${invoice}? We will pay on receipt.` },
    });
  }
  await ask(invoices, "delete", { tool: "erp.orders", operation: "delete", resource: "order/PO-20417", estimatedCostMicros: 0, purpose: "Remove an order that was matched" });
  await requestSpawn(invoices, RequestSpawnInput.parse({
    name: "Delivery note reader", kind: "analyst", purpose: "Reads delivery notes of the last quarter, so that invoices can be matched overnight.",
    tools: [{ tool: "erp.read", mode: "allowed", costCeilingMicros: null }], budgetMicros: 2_000_000, lifeSeconds: 7 * 86_400,
  }), "demo-child");
  await requestLease(tickets, RequestLeaseInput.parse({
    tools: ["mail.send"], domains: [], maxUses: 20, costEachMicros: 10_000, costTotalMicros: 200_000, lifeSeconds: 3_600, reason: "Answer the customers of Monday's late deliveries",
  }));
  await ask(invoices, "access", { tool: "iam.grant", resource: "role/payments-admin", estimatedCostMicros: 0, purpose: "Get the right to pay without asking" });
  await ask(researcher, "trend", {
    tool: "sandbox.python", estimatedCostMicros: 100_000, purpose: "Count the words in last week's tickets",
    arguments: { code: "import collections\nwords = open('tickets.txt').read().split()\nfor word, n in collections.Counter(words).most_common(5):\n    print(n, word)\n", files: [{ name: "tickets.txt", content: "late late delivery voucher late delivery damaged voucher refund\n" }] },
  });
}

async function ask(ctx: AgentCtx, key: string, request: Request): Promise<string | null> {
  try {
    const { action } = await submitAction(ctx, SubmitActionInput.parse(request), `demo-${key}`);
    return action.status === "allowed" ? action.id : null;
  } catch (error) {
    // A denial is part of the story: it is kept and shown.
    if (error instanceof AppError && error.code === "policy_denied") return null;
    throw error;
  }
}

async function work(ctx: AgentCtx, key: string, request: Request, costMicros: number): Promise<void> {
  const id = await ask(ctx, key, request);
  if (!id) throw new Error(`the demo's call ${key} was not allowed`);
  await takeGrant(ctx, { id });
  await reportOutcome(ctx, { id, status: "succeeded", costMicros, summary: "Done" });
}

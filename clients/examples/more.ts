import { Countersign, Refused } from "../typescript/client.js";

const agent = new Countersign();
const run = Date.now();

// Several actions at once: each has its own answer, and what is wrong with one keeps none of the others back.
const results = await agent.submitBatch([
  { idempotencyKey: `read-${run}`, tool: "quickstart.read", arguments: { customer: 4711 }, estimatedCostMicros: 1000 },
  { idempotencyKey: `write-${run}`, tool: "quickstart.write", arguments: { customer: 4711 }, estimatedCostMicros: 2000, purpose: "Correct the address" },
]);
for (const { idempotencyKey, status, action, problem } of results) console.log(idempotencyKey, status, action?.status ?? problem?.detail);

// Follow each as it changes (server-sent events), and withdraw what has not begun.
for (const { action } of results) {
  if (!action) continue;
  for await (const { status } of agent.events(action.id)) {
    console.log(action.tool, status);
    if (status === "pending_approval" || status === "allowed") await agent.cancel(action.id);
  }
}

// A child agent, which never has more than its parent. A person decides; then its key is yours to hand on, once.
try {
  const child = await agent.askForChild({ name: `Reader ${run}`, kind: "analyst", purpose: "Reads one customer's invoices", tools: [], budgetMicros: 1000, lifeSeconds: 3600 });
  console.log(`${child.name} is ${child.status} until ${child.expiresAt}.`);
  // const { status } = await agent.waitForChild(child.id);
  // if (status === "approved") const { key } = await agent.claimChild(child.id);
  console.log(`${child.name} is ${(await agent.withdrawChild(child.id)).status}.`);
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.log(`No child: ${error.message} ${error.howToAsk?.text}`);
}

// A refusal says which rule made it, who answers for that rule, and how to ask.
try {
  await agent.submit({ tool: "sandbox.cobol", arguments: {}, estimatedCostMicros: 0 });
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.log(`${error.rule}: ${error.owner}. ${error.howToAsk?.text} ${error.howToAsk?.page}`);
}

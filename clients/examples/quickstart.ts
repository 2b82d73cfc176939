import { Countersign, NotApproved, Refused } from "../typescript/client.js";

const agent = new Countersign();
const me = await agent.me();
console.log(`I am ${me.agent.name}.`);

try {
  const answer = await agent.run(
    { tool: "quickstart.hello", arguments: { to: "world" }, estimatedCostMicros: 1000, purpose: "Try Countersign" },
    // What the tool really does; it begins only once it is allowed.
    async () => ({ value: "Hello, world", costMicros: 800, summary: "Said hello." }),
    { idempotencyKey: `quickstart-${Date.now()}`, timeoutMs: 300_000 },
  );
  console.log(answer);
} catch (error) {
  if (error instanceof Refused) console.log(`${error.rule}: ask ${error.owner}. ${error.howToAsk?.text}`);
  else if (error instanceof NotApproved) console.log(error.message);
  else throw error;
}

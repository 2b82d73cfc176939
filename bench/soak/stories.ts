import type { Action, Agent } from "./agent";
import type { BrowserDoor } from "./browser-door";

const RUN_MS = 120_000;

export type Kind = "carried out" | "approved" | "run";
export type Ended = { kind: Kind; id: string; status: string };

/** Of a hundred actions two wait for a person and two run in a sandbox, which is what two cores can run beside the rest. */
export function kindOf(number: number): Kind {
  if (number % 50 === 10) return "approved";
  if (number % 50 === 35) return "run";
  return "carried out";
}

/** Tells one story of the main job from the submission to its end, and returns what the API acknowledged. */
export async function tell(kind: Kind, agent: Agent, supervisor: BrowserDoor): Promise<Ended> {
  const { id, status } = await stories[kind](agent, supervisor);
  return { kind, id, status };
}

const stories: Record<Kind, (agent: Agent, supervisor: BrowserDoor) => Promise<Action>> = {
  "carried out": async (agent) => agent.carryOut(await agent.submit({ tool: "erp.read", arguments: { table: "orders", limit: 50 }, estimatedCostMicros: 2 })),
  approved: async (agent, supervisor) => {
    const asked = await agent.submit({ tool: "mail.send", arguments: { to: "customer@example.test", text: "Your invoice is paid." }, estimatedCostMicros: 2 });
    await supervisor.act(`/approvals/${asked.approvalId}`, "app/(portal)/approvals/actions.ts#decide", { id: asked.approvalId, decision: "approved", reason: "", digest: asked.digest });
    return agent.carryOut(asked);
  },
  run: async (agent) => {
    const code = "import csv; print(sum(int(row['cents']) for row in csv.DictReader(open('expenses.csv'))))";
    const files = [{ name: "expenses.csv", content: "who,cents\nÅsa,100\nBo,250\n" }];
    const action = await agent.submit({ tool: "sandbox.python", arguments: { code, files }, estimatedCostMicros: 2 });
    return agent.ended(action, RUN_MS);
  },
};

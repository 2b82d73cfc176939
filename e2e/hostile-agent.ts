import { acts, deceives, hostileProgram, longLine, worstLine, worstPlain } from "./attacks";
import { agentApi, until } from "./api";
import type { Demo } from "./demo";

export type Deed = { approvalId: string; raiseId: string; runId: string; runActionId: string; reportedId: string; agentId: string; runAgentId: string };

/** Lets two of the demo's agents write an attack into every field they have. */
export async function attackEverywhere(demo: Demo, tag: string): Promise<Deed> {
  const [clerk, analyst] = [agentNamed(demo, "Invoice clerk"), agentNamed(demo, "Expense analyst")];
  const api = agentApi(demo.url, clerk.apiKey);
  const said = { purpose: worstPlain, resource: worstLine };
  const args = { ...acts, ...Object.fromEntries(Object.values(deceives).map(([text]) => [text, [text]])), longLine, [longLine.slice(0, 3_000)]: acts };
  const waiting = await api.submit({ tool: "mail.send", ...said, estimatedCostMicros: 10_000, arguments: args }, `waits-${tag}`);
  const allowed = await api.submit({ tool: "erp.read", ...said, estimatedCostMicros: 10_000, arguments: args }, `allowed-${tag}`);
  await api.post(`/api/v1/actions/${allowed.json.id}/grant`, {});
  const reported = await api.post(`/api/v1/actions/${allowed.json.id}/outcome`, { status: "succeeded", costMicros: 10_000, summary: worstPlain });
  const refused = await api.submit({ tool: "erp.read", ...said, estimatedCostMicros: 900_000_000_000 }, `over-${tag}`);
  const ask = refused.json.ask as { path: string; body: object } | undefined;
  const asked = ask ? await api.post(ask.path, { ...ask.body, reason: worstPlain }) : refused;
  // An agent asks once for each window: in an installation that is used again, it has asked already.
  const raiseId = asked.json.id ?? asked.json.approvalId;
  const sandbox = agentApi(demo.url, analyst.apiKey);
  const files = ["=1+1 ; pаyroll.csv", "![x](https.png).md"].map((name) => ({ name, content: Object.values(acts).join("\n") }));
  const run = await sandbox.submit({ tool: "sandbox.python", purpose: worstPlain, estimatedCostMicros: 100_000, arguments: { code: hostileProgram, files, args: [acts.script] } }, `runs-${tag}`);
  for (const [what, answer, status] of [["waiting", waiting, 201], ["reported", reported, 200], ["run", run, 201]] as const) {
    if (answer.status !== status) throw new Error(`${what}: ${answer.status} ${answer.text.slice(0, 500)}`);
  }
  if (!raiseId) throw new Error(`asked: ${asked.text.slice(0, 500)}`);
  await until(() => sandbox.get(`/api/v1/runs/${run.json.runId}`), ({ json }) => json.status === "succeeded" || json.status === "failed");
  return {
    approvalId: String(waiting.json.approvalId),
    raiseId: String(raiseId),
    runId: String(run.json.runId),
    runActionId: String(run.json.id),
    reportedId: String(allowed.json.id),
    agentId: clerk.id,
    runAgentId: analyst.id,
  };
}

function agentNamed(demo: Demo, name: string) {
  const agent = demo.agents.find((candidate) => candidate.name === name);
  if (!agent) throw new Error(`the demo has no ${name}`);
  return agent;
}

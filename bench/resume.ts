import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { startApp, type App } from "@/inngest/conformance/app";
import { liveChannel } from "@/lib/live/topics";
import { superuserUrl } from "@/scripts/start/postgres";
import { loadSecrets } from "@/scripts/start/secrets";
import { startInstallation } from "@/scripts/test/installation";
import type { Bench, BenchRow, CaseResult } from "./harness/row";
import { percentile, summarize, type Pair } from "./harness/statistics";
import { Agent } from "./soak/agent";
import { BrowserDoor } from "./soak/browser-door";
import { readDemo, readReady } from "./soak/installation";

/** One resumption takes a sandbox's life, so there are not many. */
const samplesPerRound = 20;

/** (h) From the click on "Approve" to the run that has taken its grant and goes to the runner. */
export const row: BenchRow = {
  title: "approval click to resumed run",
  beside: "the engine's empty step: event sent to resumed step",
  async *run(bench) {
    const installation = await startInstallation("countersign-bench-");
    bench.onEnd(installation.end);
    const ours = await approvals(bench, installation);
    const beside = await emptySteps(bench, installation.dataDir);
    await ours();
    await beside();
    const rounds: { ours: number[]; beside: number[] }[] = [];
    for (let round = 0; round < bench.rounds; round++) {
      const took: { ours: number[]; beside: number[] } = { ours: [], beside: [] };
      for (let sample = 0; sample < samplesPerRound; sample++) {
        took.ours.push(await ours());
        took.beside.push(await beside());
      }
      rounds.push(took);
      bench.say(`round ${round + 1} of ${bench.rounds}: ${percentile(took.ours, 50).toFixed(1)} beside ${percentile(took.beside, 50).toFixed(1)} ms`);
    }
    yield result("p50", rounds.map((took) => ({ ours: percentile(took.ours, 50), beside: percentile(took.beside, 50) })), 50);
    yield result("p99", [{ ours: percentile(rounds.flatMap((took) => took.ours), 99), beside: percentile(rounds.flatMap((took) => took.beside), 99) }], 200);
  },
};

function result(name: string, pairs: readonly Pair[], atMost: number): CaseResult {
  return { case: name, unit: "ms", ...summarize(pairs), target: { atMost, of: "ours" } };
}

/** Approves one sandboxed run after another as the queue's page does, and hears of the taken grant from the database itself. */
async function approvals(bench: Bench, { url, dataDir }: { url: string; dataDir: string }): Promise<() => Promise<number>> {
  const demo = readDemo(dataDir);
  const agent = new Agent(url, demo.agent("Expense analyst").apiKey);
  const supervisor = await BrowserDoor.signIn(url, demo.person("supervisor"));
  const listener = postgres(superuserUrl(readReady(dataDir).ports.database, loadSecrets(dataDir).databaseOwnerPassword, "countersign"), { max: 1, onnotice: () => {} });
  bench.onEnd(() => listener.end({ timeout: 1 }));
  const heard = new Map<string, () => void>();
  await listener.listen(liveChannel, (payload) => heard.get(String(JSON.parse(payload).topic))?.());
  return async () => {
    // More than the agent's policy lets pass without a person.
    const asked = await agent.submit({ tool: "sandbox.shell", arguments: { code: "true" }, estimatedCostMicros: 600_000 });
    if (!asked.approvalId || !asked.runId) throw new Error(`the action did not wait for approval: ${JSON.stringify(asked)}`);
    await waiting(listener, asked.approvalId);
    const topic = `run:${asked.runId}`;
    const clicked = performance.now();
    const resumed = new Promise<number>((resolve) => heard.set(topic, () => void claimed(listener, asked.id).then((yes) => yes && resolve(performance.now() - clicked))));
    await supervisor.act(`/approvals/${asked.approvalId}`, "app/(portal)/approvals/actions.ts#decide", { id: asked.approvalId, decision: "approved", reason: "", digest: asked.digest });
    const tookMs = await resumed;
    heard.delete(topic);
    await agent.ended(asked, 60_000);
    return tookMs;
  };
}

/** Until the run's function waits for the decision: a click before that would be seen by its look at the state instead. */
async function waiting(sql: postgres.Sql, approvalId: string): Promise<void> {
  for (;;) {
    const [row] = await sql`select 1 from engine.wait w join engine.run r on r.id = w.run_id where r.event -> 'data' ->> 'approvalId' = ${approvalId}`;
    if (row) break;
    await sleep(20);
  }
  // And until it has looked, so that nothing of it is still under way.
  await sleep(200);
}

async function claimed(sql: postgres.Sql, actionId: string): Promise<boolean> {
  const [row] = await sql<{ status: string }[]>`select status from action where id = ${actionId}`;
  return row?.status === "running" || row?.status === "succeeded";
}

/** A function of two steps with a wait between them, on the same engine, in an app of its own: this process. */
async function emptySteps(bench: Bench, dataDir: string): Promise<() => Promise<number>> {
  const { inngestEventKey: eventKey, inngestSigningKey: signingKey } = loadSecrets(dataDir);
  const server = { url: `http://127.0.0.1:${readReady(dataDir).ports.engine}`, eventKey, signingKey };
  const app: App = await startApp(server, (client, journal) => [
    client.createFunction({ id: "empty", triggers: { event: "bench/begin" } }, async ({ event, step }) => {
      const told = step.waitForEvent("told", { event: "bench/told", if: "event.data.key == async.data.key", timeout: "1m" });
      await Promise.race([told, step.run("waiting", () => journal.note(`waiting ${event.data.key}`)).then(() => told)]);
      await step.run("resumed", () => journal.note(`resumed ${event.data.key}`));
    }),
  ], "bench");
  bench.onEnd(() => app.close());
  const { status, message } = await app.sync();
  if (status !== 200) throw new Error(`the engine does not take the empty function: ${message}`);
  let key = 0;
  return async () => {
    key++;
    await app.client.send({ name: "bench/begin", data: { key } });
    await app.journal.seen(`waiting ${key}`);
    await sleep(200);
    const sentAt = performance.now();
    const sent = app.client.send({ name: "bench/told", data: { key } });
    await app.journal.seen(`resumed ${key}`);
    const tookMs = performance.now() - sentAt;
    await sent;
    return tookMs;
  };
}

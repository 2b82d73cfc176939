import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import postgres from "postgres";
import { superuserUrl } from "../scripts/start/postgres";
import { loadSecrets } from "../scripts/start/secrets";
import { startInstallation, type TestInstallation } from "../scripts/test/installation";
import { Agent } from "./soak/agent";
import { BrowserDoor } from "./soak/browser-door";
import { checkChain, checkKept } from "./soak/check";
import { readDemo, readReady } from "./soak/installation";
import { raiseBudgets } from "./soak/raise-budgets";
import { figures, growth } from "./soak/report";
import { takeSample, type Sample } from "./soak/sample";
import { kindOf, tell, type Ended, type Kind } from "./soak/stories";

/**
 * The soak: a complete installation under a steady load for a long time. Actions begin at a fixed rate whether or not
 * earlier ones have ended, so a portal that falls behind shows as a queue that grows.
 */
const usage = `
  npm run soak -- [options]

    --minutes N   how long (default 30)
    --rate N      actions that begin in a second (default 50)
`;

const SAMPLE_MS = 10_000;
const MOST_UNDER_WAY = 5_000;

const { values } = parseArgs({ options: { minutes: { type: "string", default: "30" }, rate: { type: "string", default: "50" }, help: { type: "boolean" } } });
const [minutes, rate] = [Number(values.minutes), Number(values.rate)];
if (values.help || !(minutes > 0) || !(rate > 0)) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}

const installation = await startInstallation("countersign-soak-");
process.exitCode = 1;
try {
  if (await soak(installation)) process.exitCode = 0;
} finally {
  await installation.end();
}

async function soak({ url, dataDir }: TestInstallation): Promise<boolean> {
  const demo = readDemo(dataDir);
  const { pids, ports } = readReady(dataDir);
  const admin = postgres(superuserUrl(ports.database, loadSecrets(dataDir).databaseOwnerPassword, "countersign"), { max: 1, onnotice: () => {} });
  const agents = ["Expense analyst", "Invoice clerk"].map((name) => new Agent(url, demo.agent(name).apiKey));
  const supervisor = await BrowserDoor.signIn(url, demo.person("supervisor"));
  await raiseBudgets(url, demo, admin);

  const ended: Ended[] = [];
  const problems: string[] = [];
  const samples: Sample[] = [];
  const tookMs: Record<Kind, number[]> = { "carried out": [], approved: [], run: [] };
  const underWay = new Set<Promise<void>>();
  const began = performance.now();
  const sampling = setInterval(() => void look(), SAMPLE_MS);
  const look = async () => {
    const sample = await takeSample((performance.now() - began) / 1000, pids, admin);
    samples.push(sample);
    console.log(JSON.stringify({ ...sample, ended: ended.length, underWay: underWay.size, problems: problems.length }));
  };
  const begin = async (number: number): Promise<void> => {
    const at = performance.now();
    const kind = kindOf(number);
    const agent = agents[number % agents.length];
    try {
      if (!agent) throw new Error("there is no agent");
      ended.push(await tell(kind, agent, supervisor));
      tookMs[kind].push(performance.now() - at);
    } catch (error) {
      problems.push(`a story (${kind}) failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const total = Math.round(minutes * 60 * rate);
  for (let number = 0; number < total && underWay.size < MOST_UNDER_WAY; number++) {
    const dueMs = (number / rate) * 1000 - (performance.now() - began);
    if (dueMs > 1) await sleep(dueMs);
    const story: Promise<void> = begin(number).finally(() => underWay.delete(story));
    underWay.add(story);
  }
  if (underWay.size >= MOST_UNDER_WAY) problems.push(`the portal fell behind: ${underWay.size} stories were under way`);
  const perSecond = ended.length / ((performance.now() - began) / 1000);
  await Promise.all(underWay);
  clearInterval(sampling);
  // What the changes set off, mails and counted thresholds, may still be on its way.
  for (let tries = 0; tries < 60 && (samples.at(-1)?.outbox !== 0 || tries === 0); tries++) {
    await sleep(1_000);
    await look();
  }
  problems.push(...growth(samples), ...(await checkKept(admin, ended)));
  const chain = await checkChain(url, demo.person("auditor"), dataDir);
  if (!chain.intact) problems.push("the audit export is not intact");
  await admin.end();
  console.log(`\n${figures({ samples, ended, tookMs, perSecond })}\n\n${chain.words}\n`);
  for (const problem of problems.slice(0, 50)) console.log(`✗ ${problem}`);
  console.log(problems.length === 0 ? "Nothing was lost, nothing grew, the chain is intact." : `${problems.length} problems`);
  return problems.length === 0;
}

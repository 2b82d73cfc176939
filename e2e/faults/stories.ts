import { randomUUID } from "node:crypto";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Action, type Agent, isOver, PATIENCE_MS, type Submission } from "./agent";
import type { Clock } from "./clock";
import { problemsOfExport } from "./exported";
import type { Ledger } from "./ledger";
import type { Person } from "./person";

export type Cast = {
  agents: readonly Agent[];
  poor: Agent;
  /** Agents of whose budget nothing is spent yet; each is used once. */
  fresh: Agent[];
  supervisor: Person;
  auditor: Person;
  newcomer: Person;
  ledger: Ledger;
  /** Time as it passes for one action, and the clocks that see it. */
  time: { pass: (actionId: string) => Promise<void>; tick: (clock: Clock) => Promise<void>; sign: () => Promise<void>; tellThresholds: () => Promise<void>; waitToSignIn: () => Promise<void> };
  /** Where players may keep files. */
  folder: string;
};

/** A run that the runner's own death ended is asked for again so often. */
const MOST_TRIES = 20;

/** Every way in which the main job goes. Each resolves when its agent knows how it ended. */
export const stories = {
  /** An action of low risk: decided, run in the sandbox, paid. */
  run: (cast) => runToItsEnd(cast, 100_000),
  /** The same above the threshold: a person approves. */
  approvedRun: (cast) => runToItsEnd(cast, 700_000),
  /** The agent carries it out itself: decision, grant, outcome. */
  grant: (cast) => carryOut(cast, { tool: "erp.read", estimatedCostMicros: 10_000 }, 4_000),
  /** The same for a payment, which a person approves. */
  approvedGrant: (cast) => carryOut(cast, { tool: "payments.send", estimatedCostMicros: 20_000, arguments: { to: randomUUID() } }, 20_000),
  /** A person says no. */
  rejected: async (cast) => {
    const agent = oneOf(cast.agents);
    const action = await submit(cast, agent, { tool: "payments.send", estimatedCostMicros: 5_000 });
    await decide(cast, action, "rejected");
    ended(cast, await agent.wait(action.id, "end"), ["rejected"]);
  },
  /** The agent thinks better of it. */
  cancelled: async (cast) => {
    const agent = oneOf(cast.agents);
    const action = await submit(cast, agent, { tool: "payments.send", estimatedCostMicros: 5_000 });
    ended(cast, await agent.cancel(action.id), ["cancelled"]);
  },
  /** Many want the last of a small budget: some get it, the others are refused, and it is never passed. */
  poor: async (cast) => {
    const action = await submit(cast, cast.poor, { tool: "erp.read", estimatedCostMicros: 400_000 });
    if (action.decision.outcome === "deny") return void cast.ledger.expected.push({ id: action.id, status: ["denied"] });
    await takeAndReport(cast, cast.poor, action, 300_000);
  },
  /** Allowed, and then forgotten until it is too late. */
  forgotten: async (cast) => {
    const agent = oneOf(cast.agents);
    const action = await submit(cast, agent, { tool: "erp.read", estimatedCostMicros: 3_000 });
    ended(cast, await overByClock(cast, agent, action.id, "expire-reservations"), ["expired"], 0);
  },
  /** Begun, and never heard of again: the money may be gone. */
  unreported: async (cast) => {
    const agent = oneOf(cast.agents);
    const action = await submit(cast, agent, { tool: "erp.read", estimatedCostMicros: 3_000 });
    await agent.takeGrant(action.id);
    ended(cast, await overByClock(cast, agent, action.id, "expire-reservations"), ["failed"], 3_000);
  },
  /** A run that nobody decided about in time. */
  undecided: async (cast) => {
    const agent = oneOf(cast.agents);
    const action = await submit(cast, agent, { tool: "sandbox.shell", estimatedCostMicros: 700_000, arguments: { code: "echo never\n" } });
    ended(cast, await overByClock(cast, agent, action.id, "expire-approvals"), ["expired"]);
  },
  /** One action takes most of an agent's budget: those who may raise it are told, by mail. */
  threshold: async (cast) => {
    const agent = cast.fresh.pop();
    if (!agent) throw new Error("every fresh agent was used");
    const action = await submit(cast, agent, { tool: "erp.read", estimatedCostMicros: 900_000 });
    await decide(cast, action, "approved");
    await takeAndReport(cast, agent, action, 900_000);
    await cast.time.tellThresholds();
  },
  /** Somebody comes in. */
  arrives: (cast) => cast.newcomer.signIn(cast.time.waitToSignIn),
  /** The auditor takes the audit home and checks it there. */
  exported: async (cast) => {
    const problems = await problemsOfExport(cast.auditor, path.join(cast.folder, `audit-${randomUUID()}.jsonl`));
    if (problems.length > 0) throw new Error(problems.join("; "));
  },
  /** Something happened, and the audit is signed with it. */
  signed: async (cast) => {
    await carryOut(cast, { tool: "erp.read", estimatedCostMicros: 10_000 }, 4_000);
    await cast.time.sign();
  },
} satisfies Record<string, (cast: Cast) => Promise<void>>;

export type StoryName = keyof typeof stories;

/** Ends an action by time alone. */
async function overByClock({ time }: Cast, agent: Agent, id: string, clock: Clock): Promise<Action> {
  await time.pass(id);
  for (const until = Date.now() + PATIENCE_MS; ; ) {
    await time.tick(clock);
    for (let looks = 0; looks < 10; looks++, await sleep(200)) {
      const action = await agent.get(id);
      if (isOver(action)) return action;
      if (Date.now() > until) throw new Error(`the action ${id} is ${action.status}, however often the clock '${clock}' ticks`);
    }
  }
}

async function runToItsEnd(cast: Cast, estimatedCostMicros: number): Promise<void> {
  const agent = oneOf(cast.agents);
  for (let tries = 1; ; tries++) {
    const mark = randomUUID();
    const code = `once=$(cat /proc/sys/kernel/random/uuid || date +%N); echo begin ${mark} $once; sleep 0.2; mkdir -p out; echo $once > out/once.txt; echo end ${mark} $once\n`;
    const action = await submit(cast, agent, { tool: "sandbox.shell", estimatedCostMicros, arguments: { code, timeoutSeconds: 30 } });
    if (action.approvalId) await decide(cast, action, "approved");
    const end = await agent.wait(action.id, "end");
    const run = await agent.run(action.runId ?? "");
    if (run.status === "lost" && tries < MOST_TRIES) {
      cast.ledger.lost.push(run.id);
      ended(cast, end, ["failed"], 0);
      continue;
    }
    ended(cast, end, ["succeeded"], run.costMicros ?? -1);
    if (run.status !== "succeeded") throw new Error(`the run ${run.id} is ${run.status}: ${run.reason}`);
    const [output, once] = [await agent.output(run.id), (await agent.file(run.id, "once.txt")).trim()];
    // What the program made up is the same in all that it left: it was one program, and all of it is there.
    if (once === "" || output !== `begin ${mark} ${once}\nend ${mark} ${once}\n`) throw new Error(`the run ${run.id} left ${once} and printed ${JSON.stringify(output)}`);
    return;
  }
}

async function carryOut(cast: Cast, body: Submission, costMicros: number): Promise<void> {
  const agent = oneOf(cast.agents);
  const action = await submit(cast, agent, body);
  if (action.approvalId) await decide(cast, action, "approved");
  await takeAndReport(cast, agent, action, costMicros);
}

/** Two of the agent's workers reach for the grant at once; one may have it. */
async function takeAndReport(cast: Cast, agent: Agent, action: Action, costMicros: number): Promise<void> {
  const { ledger } = cast;
  const taken = await Promise.all([agent.takeGrant(action.id), agent.takeGrant(action.id)]);
  const given = taken.filter((each) => each === "taken").length;
  if (given > 1) throw new Error(`the grant of ${action.id} was given twice`);
  if (given === 0 && !taken.includes("unsure")) throw new Error(`the grant of ${action.id} went to nobody`);
  ledger.acknowledged.push({ kind: "grant", id: action.id });
  await agent.report(action.id, costMicros);
  ledger.acknowledged.push({ kind: "outcome", id: action.id, costMicros });
  ended(cast, await agent.get(action.id), ["succeeded"], costMicros);
}

async function submit(cast: Cast, agent: Agent, body: Submission): Promise<Action> {
  const key = randomUUID();
  const action = await agent.submit(body, key);
  cast.ledger.decided(agent.apiKey, key, body, action);
  return action;
}

async function decide(cast: Cast, action: Action, decision: "approved" | "rejected"): Promise<void> {
  await cast.supervisor.decide(action.approvalId ?? "", decision, action.digest);
  cast.ledger.acknowledged.push({ kind: "approval", id: action.approvalId ?? "", decision });
}

function ended({ ledger }: Cast, action: Action, status: readonly string[], costMicros?: number): void {
  ledger.acknowledged.push({ kind: "end", id: action.id, status: action.status });
  ledger.expected.push({ id: action.id, status, ...(costMicros === undefined ? {} : { costMicros }) });
}

function oneOf<T>(list: readonly T[]): T {
  const one = list[Math.floor(Math.random() * list.length)];
  if (one === undefined) throw new Error("there is nobody to choose from");
  return one;
}

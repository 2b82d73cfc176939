import { execFile, spawnSync } from "node:child_process";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { serve } from "@hono/node-server";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { approval } from "@/db/schema/action";
import { decideApproval } from "@/lib/approvals/decide";
import { narrowApproval } from "@/lib/approvals/narrow";
import { setBudget } from "@/lib/budgets/set";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { inside } from "@/lib/runs/testing";
import { approvedChild, childOf } from "@/lib/spawn/testing";
import { finishRun } from "@/lib/testing/finish-run";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { api } from "../../api/v1/app";
import { caller } from "../../api/v1/testing";
import { apiReference } from "./reference";

useTestDatabase();

const run = promisify(execFile);
const clients = path.resolve("clients");

let stop = () => {};
let url = "";
beforeAll(async () => {
  const server = serve({ fetch: api.fetch, port: 0, hostname: "127.0.0.1", overrideGlobalObjects: false });
  await new Promise((resolve) => server.once("listening", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stop = () => void server.close();
});
afterAll(() => stop());

/** Runs a program of the page as its reader does: with the portal's address and a key in the environment. */
async function execute(program: string, args: string[], key: string, more: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", COUNTERSIGN_URL: url, COUNTERSIGN_KEY: key, NODE_ENV: "test" as const, ...more };
  return (await run(program, args, { env, cwd: path.resolve("."), maxBuffer: 16 * 1024 * 1024 })).stdout;
}

/** Somebody says yes to what comes, as soon as it comes. */
async function approveNext(t: { organizationId: string }, person: PersonCtx): Promise<void> {
  const asked = await vi.waitFor(
    async () => {
      const [row] = await inside(t, (tx) => tx.select().from(approval).where(eq(approval.status, "pending")));
      if (!row) throw new Error("nobody has asked yet");
      return row;
    },
    { timeout: 100_000, interval: 100 },
  );
  await decideApproval(person, { id: asked.id, decision: "approved", reason: "", digest: asked.digest.toString("hex") });
}

const pythonIsHere = spawnSync("python3", ["--version"]).status === 0;
if (!pythonIsHere) process.stderr.write("\n!!! python3 is not on this machine: the Python quick start was NOT tried.\n\n");

describe("the quick start", () => {
  const languages: [string, string, string[], Record<string, string>][] = [
    ["TypeScript", process.execPath, ["--import", "tsx", path.join(clients, "examples/quickstart.ts")], {}],
    ["curl", "bash", [path.join(clients, "examples/quickstart.sh")], {}],
    ...(pythonIsHere ? [["Python", "python3", [path.join(clients, "examples/quickstart.py")], { PYTHONPATH: path.join(clients, "python"), PYTHONDONTWRITEBYTECODE: "1" }] as [string, string, string[], Record<string, string>]] : []),
  ];

  it.each(languages)("in %s waits for a person, acts once it may, and reports", async (_language, program, args, env) => {
    const t = await tenant();
    const client = await caller(t);
    const supervisor = await t.as("supervisor");
    const [output] = await Promise.all([execute(program, args, client.key, env), approveNext(t, supervisor)]);
    expect(output).toContain("Hello, world");
    const { json } = await client.get("/actions");
    expect(json.actions).toMatchObject([{ tool: "quickstart.hello", status: "succeeded", actualCostMicros: 800 }]);
  });

  it.each(languages)("in %s goes on with several at once, events, a child that is withdrawn, and a refusal", async (_language, program, args, env) => {
    const t = await tenant({ tools: [{ tool: "quickstart.read", mode: "allowed", costCeilingMicros: null }, { tool: "quickstart.write", mode: "approval", costCeilingMicros: null }] });
    const client = await caller(t);
    const output = await execute(program, args.map((arg) => arg.replace("quickstart.", "more.")), client.key, env);
    expect(output).toMatch(/sandbox\.unknown_tool/);
    expect(output).toMatch(/Whoever wrote the calling program/);
    const { json } = await client.get("/actions");
    expect((json.actions as { status: string }[]).map(({ status }) => status).sort()).toEqual(["cancelled", "cancelled", "denied"]);
    const asked = await inside(t, (tx) => tx.select({ kind: approval.kind, status: approval.status }).from(approval).where(eq(approval.kind, "spawn")));
    expect(asked).toEqual([{ kind: "spawn", status: "cancelled" }]);
  });

  it.each(languages.filter(([language]) => language !== "curl"))("in %s says which rule refused, whom to ask and how", async (_language, program, args, env) => {
    const client = await caller(await tenant({ tools: [{ tool: "quickstart.*", mode: "blocked", costCeilingMicros: null }] }));
    const output = await execute(program, args, client.key, env);
    expect(output).toMatch(/capability\.blocked: ask Olga Owner\. Ask for a change of the agent's policy/);
  });
});

describe("the reference's calls", () => {
  it("are answered with success as they stand there, each with an id of its own kind", async () => {
    const t = await tenant();
    const client = await caller(t);
    const supervisor = await t.as("supervisor");
    const { id: budgetId } = await setBudget(await t.as("organization_admin"), { scopeType: "project", scopeId: t.projectId, period: "month", timeZone: "UTC", capMicros: 1_000_000_000, hard: true, thresholds: [80] });
    const submit = async (tool: string, args: object = {}) => (await client.post("/actions", { body: { tool, arguments: args, estimatedCostMicros: 1 }, headers: { "idempotency-key": newId() } })).json;
    const ended = await submit("crm.read");
    await client.post(`/actions/${String(ended.id)}/cancel`);
    const taken = await submit("crm.read");
    await client.post(`/actions/${String(taken.id)}/grant`);
    const script = await submit("sandbox.python", { code: "print(1)" });
    await finishRun(t.organizationId, String(script.runId), { stdout: ["1\n"], file: { name: "report.csv", content: Buffer.from("1") } });
    const request = await client.post("/budget-requests", { body: { budgetId, amountMicros: 1, reason: "month end" } });
    const spawned = await approvedChild(t.agent, supervisor, childOf("Reader"));
    const lease = await client.post("/lease-requests", { body: { tools: ["mail.send"], costEachMicros: 0, costTotalMicros: 0, reason: "A test" } });
    // A request for which a person offers less, with the offer's digest.
    const offered = async () => {
      const asked = await submit("mail.send", { to: ["a@b.test", "c@d.test"] });
      const offer = await narrowApproval(supervisor, { id: String(asked.approvalId), digest: String(asked.digest), reason: "One is enough", changes: [{ path: ["to"], value: "a@b.test" }] });
      return { id: String(asked.id), digest: offer.digest };
    };
    let digest = "";
    const withOffer = async () => {
      const offer = await offered();
      digest = offer.digest;
      return offer.id;
    };
    const ids: Record<string, () => Promise<string>> = {
      "/actions/{id}/narrowing": withOffer,
      "/actions/{id}/accept": withOffer,
      "/actions/{id}/decline": withOffer,
      "/lease-requests": async () => String(lease.json.id),
      "/actions/{id}/events": async () => String(ended.id),
      "/actions/{id}/grant": async () => String((await submit("crm.read")).id),
      "/actions/{id}/outcome": async () => String(taken.id),
      "/actions/{id}/cancel": async () => String((await submit("crm.read")).id),
      "/actions": async () => String(ended.id),
      "/runs": async () => String(script.runId),
      "/budget-requests": async () => String(request.json.id),
      "/spawn-requests/{id}/cancel": async () => String((await client.post("/spawn-requests", { body: childOf("Withdrawn"), headers: { "idempotency-key": newId() } })).json.id),
      "/lease-requests/{id}/cancel": async () => String((await client.post("/lease-requests", { body: { tools: ["mail.draft"], costEachMicros: 0, costTotalMicros: 0, reason: "A test" } })).json.id),
      "/spawn-requests": async () => spawned,
    };
    const answers: string[] = [];
    for (const { method, path: address, curl } of apiReference(url).tags.flatMap((tag) => tag.endpoints)) {
      const where = address.replace("/api/v1", "");
      const id = await (ids[where] ?? ids[`/${where.split("/")[1] ?? ""}`] ?? (async () => ""))();
      // The example names a budget of its own; the one that is asked about here is this organization's.
      const command = curl.replace(/"budgetId": "[^"]*"/, `"budgetId": "${budgetId}"`).replace(/"digest": "[^"]*"/, `"digest": "${digest}"`).replace("curl ", "curl -sS -o /dev/null -w '%{http_code}' ");
      const status = await execute("bash", ["-c", command], client.key, { ID: id, NAME: "report.csv" });
      answers.push(`${method} ${where} ${status}`);
    }
    // This agent asked for more money a moment ago, so that one is a conflict.
    expect(answers.filter((answer) => !/ 20[01]$/.test(answer))).toEqual(["POST /budget-requests 409"]);
    expect(answers.length).toBeGreaterThan(15);
  });
});

import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { action } from "@/db/schema/action";
import { takeGrant } from "@/lib/actions/take-grant";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { decideApproval } from "@/lib/approvals/decide";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { claimRun } from "./claim";
import { dispatchRun } from "./dispatch";
import { engine, inside, newRun, runRow, useStubRunner, type Tenant } from "./testing";

useTestDatabase();
const runner = useStubRunner();

/** What a person approved, as it is stored, and what somebody who can write to the database makes of it. */
const stored = { args: ["1", "é"], code: "print(1)", timeoutSeconds: 10 };
const canonical = '{"args":["1","é"],"code":"print(1)","timeoutSeconds":10}';
const variants: [string, string][] = [
  ["another value", '{"args":["1","é"],"code":"print(2)","timeoutSeconds":10}'],
  ["another order of keys", '{"code":"print(1)","args":["1","é"],"timeoutSeconds":10}'],
  ["another spelling of a number", '{"args":["1","é"],"code":"print(1)","timeoutSeconds":10.0}'],
  ["an exponent", '{"args":["1","é"],"code":"print(1)","timeoutSeconds":1e1}'],
  ["another Unicode form", '{"args":["1","e\u0301"],"code":"print(1)","timeoutSeconds":10}'],
  ["an escape", '{"args":["1","\\u00e9"],"code":"print(1)","timeoutSeconds":10}'],
  ["a key twice, the approved one first", '{"args":["1","é"],"code":"print(1)","code":"print(2)","timeoutSeconds":10}'],
  ["a key twice, the approved one last", '{"args":["1","é"],"code":"print(2)","code":"print(1)","timeoutSeconds":10}'],
  ["white space", `${canonical} `],
  ["another type", '{"args":[1,"é"],"code":"print(1)","timeoutSeconds":10}'],
  ["a further argument", '{"args":["1","é"],"code":"print(1)","stdin":"x","timeoutSeconds":10}'],
];
const alter = (t: Tenant, actionId: string, text: string) => inside(t, (tx) => tx.update(action).set({ arguments: text }).where(eq(action.id, actionId)));
const refusal = "The stored action is not the one that was decided on.";

describe("what was decided on, with its arguments altered afterwards in the database", () => {
  it("is not given to the agent to carry out, and is as soon as it is what was approved, byte for byte", async () => {
    const t = await tenant({ costThresholdMicros: 500_000 });
    const { action: made } = await submitAction(t.agent, SubmitActionInput.parse({ tool: "crm.read", arguments: stored, estimatedCostMicros: 600_000 }), newId());
    await decideApproval(await t.as("supervisor"), { id: made.approvalId ?? "", decision: "approved", reason: "", digest: made.digest });
    for (const [what, text] of variants) {
      await alter(t, made.id, text);
      await expect(takeGrant(t.agent, { id: made.id }), what).rejects.toMatchObject({ code: "conflict", message: refusal });
    }
    await alter(t, made.id, canonical);
    expect(await takeGrant(t.agent, { id: made.id })).toMatchObject({ status: "running" });
  });

  it("does not reach the runner, also when it was claimed before", async () => {
    const t = await tenant();
    for (const [what, text] of variants) {
      const { runId, actionId } = await newRun(t, { arguments: stored });
      expect(await claimRun(engine(t), { runId })).toBe("ready");
      await alter(t, actionId, text);
      expect(await dispatchRun(engine(t), { runId }), what).toBe("over");
      expect(await runRow(t, runId), what).toMatchObject({ status: "refused", reason: refusal });
    }
    expect(runner.jobs).toEqual([]);
  });
});

describe("what an agent asks for again", () => {
  const input = (text: string) => SubmitActionInput.parse({ tool: "crm.read", arguments: JSON.parse(text), estimatedCostMicros: 1 });

  it("is the same in another order of keys and another spelling of a number, and another in another Unicode form", async () => {
    const t = await tenant();
    const { action: made } = await submitAction(t.agent, input('{"a":1,"n":"é"}'), "k");
    for (const text of ['{"n":"é","a":1.0}', '{"a":10e-1,"n":"\\u00e9"}', ' { "a" : 1, "n" : "é" } ']) {
      expect(await submitAction(t.agent, input(text), "k")).toMatchObject({ replayed: true, action: { id: made.id, digest: made.digest } });
    }
    for (const text of ['{"a":1,"n":"e\u0301"}', '{"a":"1","n":"é"}', '{"a":1,"n":"é","x":null}', '{"A":1,"n":"é"}']) {
      await expect(submitAction(t.agent, input(text), "k")).rejects.toMatchObject({ code: "idempotency_key_reused" });
    }
  });
});

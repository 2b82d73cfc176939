import { describe, expect, it } from "vitest";
import { agent } from "@/db/schema/agent";
import { reportOutcome } from "@/lib/actions/report-outcome";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { takeGrant } from "@/lib/actions/take-grant";
import { decideApproval } from "@/lib/approvals/decide";
import { indexAudit } from "@/lib/audit/index-events";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { newId } from "@/lib/id";
import { place } from "@/lib/locks/testing";
import { recordResult } from "@/lib/runs/record-result";
import { anotherWorkspace, dispatchedRun, inside, once, resultOf, sandboxRunner, useStubRunner } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { type Activity, listActivity } from "./list";
import { sentenceText } from "./testing";

useTestDatabase();
useStubRunner();
type Tenant = Awaited<ReturnType<typeof tenant>>;

const tell = (ctx: PersonCtx, { agentId }: { agentId: string }, more = {}) => listActivity(ctx, { agentId, ...more });
const submit = async (t: Tenant, changes: Partial<SubmitActionInput> = {}) =>
  (await submitAction(t.agent, SubmitActionInput.parse({ tool: "mail.send", arguments: { to: "a@example.test" }, estimatedCostMicros: 50_000, ...changes }), newId())).action;

/** Sentences, story by story; how long somebody took, which depends on the machine, as `…`. */
const textsOf = ({ stories }: Activity) => stories.map(({ steps }) => steps.map(({ words }) => sentenceText(words).replace(/after \d+ \w+/, "after …")));

/** Asked, approved, begun and reported. */
async function sendMail(t: Tenant, supervisor: PersonCtx): Promise<{ actionId: string; approvalId: string }> {
  const { id, approvalId, digest } = await submit(t);
  if (!approvalId) throw new Error("the test's mail needed no approval");
  await decideApproval(supervisor, { id: approvalId, digest, decision: "approved", reason: "Go ahead" });
  await takeGrant(t.agent, { id });
  await reportOutcome(t.agent, { id, status: "succeeded", costMicros: 40_000, summary: "sent" });
  return { actionId: id, approvalId };
}

const mail = [
  "Asked to send mail (HIGH), for which a person is asked",
  "‹supervisor› approved it after …: ‹Go ahead›",
  "Began; what was allowed was compared once more",
  "Says that it is done, which cost $0.04",
];

/** A second agent in the same project. */
async function neighbour(t: Tenant): Promise<string> {
  const id = newId();
  await inside(t, async (tx) => {
    const [row] = await tx.select().from(agent);
    if (row) await tx.insert(agent).values({ ...row, id, name: "Neighbour" });
  });
  return id;
}

describe("an agent's activity", () => {
  it("tells an action from the request to its outcome, in order, each step tied to its event and to what it is about", async () => {
    const t = await tenant();
    const supervisor = await t.as("supervisor");
    const { actionId, approvalId } = await sendMail(t, supervisor);
    const told = await tell(await t.as("organization_admin"), t);
    expect(textsOf(told)).toEqual([mail]);
    expect(told).toMatchObject({ older: null, mayViewAudit: true });
    const steps = told.stories[0]?.steps ?? [];
    const action = `/agents/${t.agentId}/actions?action=${actionId}`;
    expect(steps.map(({ link }) => link?.href)).toEqual([action, `/approvals/${approvalId}`, action, action]);
    expect(steps.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(steps.map(({ tone }) => tone)).toEqual(["waiting", "good", "plain", "good"]);
  });

  it("tells a run with what it cost, a request that waits, and a stop, newest first; as well once the events are indexed", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    const made = await dispatchedRun(t);
    await recordResult(sandboxRunner(t), resultOf(made, { wallTimeMs: 3000 }), once());
    await submit(t);
    await place(admin, "agent", t.agentId, { message: "It sent mail to everybody" });
    const expected = [
      ["Was stopped by ‹organization admin›: “‹It sent mail to everybody›”"],
      ["Asked to send mail (HIGH) and waits for a person"],
      [
        "Asked to run a Python program (LOW); its policy lets it",
        "Its turn came; what was allowed was compared once more",
        "The program was handed to the sandbox",
        expect.stringMatching(/^Ran a Python program for 3 seconds/),
      ],
    ];
    expect(textsOf(await tell(admin, t))).toEqual(expected);
    await indexAudit(systemCtx("audit", t.organizationId));
    expect(textsOf(await tell(admin, t))).toEqual(expected);
  });

  it("gives its pages without a gap and without telling anything twice", async () => {
    const t = await tenant();
    const supervisor = await t.as("supervisor");
    const ids: string[] = [];
    for (const resource of ["one", "two", "three"]) ids.push((await submit(t, { tool: "crm.read", resource })).id);
    const told: string[][] = [];
    for (let before: number | null = null, pages = 0; pages < 3; pages += 1) {
      const page: Activity = await tell(supervisor, t, { before, size: 1 });
      told.push(...textsOf(page));
      before = page.older;
    }
    expect(told).toEqual(["three", "two", "one"].map((name) => [`Asked to read crm: ‹${name}› (LOW); its policy lets it`]));
    expect((await tell(supervisor, t, { before: 1 })).stories).toEqual([]);
  });

  it("gives one part of it alone, and some days alone", async () => {
    const t = await tenant({ tools: [{ tool: "mail.*", mode: "blocked", costCeilingMicros: null }] });
    const admin = await t.as("organization_admin");
    await submit(t, { tool: "crm.read" });
    await expect(submit(t)).rejects.toMatchObject({ code: "policy_denied" });
    await place(admin, "agent", t.agentId, { message: "Enough" });
    const texts = async (more: object) => textsOf(await tell(admin, t, more)).flat();
    const [stopped, refused, read] = [expect.stringMatching(/^Was stopped by/), expect.stringMatching(/was refused: /), expect.stringMatching(/^Asked to read crm/)];
    expect(await texts({})).toEqual([stopped, refused, read]);
    expect(await texts({ part: "asked" })).toEqual([refused, read]);
    expect(await texts({ part: "refused" })).toEqual([refused]);
    expect(await texts({ part: "changes" })).toEqual([stopped]);
    expect(await texts({ to: "2020-01-01" })).toEqual([]);
    expect(await texts({ from: "2020-01-01" })).toHaveLength(3);
  });

  it("tells those without the audit what the agent's other pages tell them, and no decisions to whom may not see approvals", async () => {
    const t = await tenant();
    await sendMail(t, await t.as("supervisor"));
    const seen = async (role: "supervisor" | "viewer" | "auditor") => {
      const told = await tell(await t.as(role), t);
      return { texts: textsOf(told), audit: told.mayViewAudit };
    };
    expect(await seen("supervisor")).toEqual({ texts: [mail], audit: false });
    expect(await seen("viewer")).toEqual({ texts: [mail.toSpliced(1, 1)], audit: false });
    expect(await seen("auditor")).toEqual({ texts: [mail], audit: true });
  });

  it("is refused to who may not see the agent, and is not there for another organization", async () => {
    const [t, other] = [await tenant(), await tenant()];
    await sendMail(t, await t.as("supervisor"));
    await expect(tell(await t.as("user_manager", await anotherWorkspace(t)), t)).rejects.toMatchObject({ code: "forbidden" });
    await expect(tell(await other.as("organization_admin"), t)).rejects.toMatchObject({ code: "not_found" });
    expect((await tell(await other.as("organization_admin"), other)).stories).toEqual([]);
  });

  it("tells nothing of another agent, also where that one writes this agent's id into its words", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    const other = await neighbour(t);
    await submit(t, { tool: "crm.read", resource: other, purpose: `for ${other}` });
    await place(admin, "agent", t.agentId, { message: `because of ${other}` });
    expect((await tell(admin, { agentId: other })).stories).toEqual([]);
    expect((await tell(admin, t)).stories).toHaveLength(2);
  });

  it("hands on what an agent wrote as somebody's words, never as its own", async () => {
    const t = await tenant();
    const hostile = "x (LOW); Dana approved it <b>at once</b> \u05d0\u05d1";
    await submit(t, { resource: hostile });
    const [story] = (await tell(await t.as("supervisor"), t)).stories;
    expect(story?.steps[0]?.words).toContainEqual({ said: hostile });
    for (const part of story?.steps[0]?.words ?? []) expect(typeof part === "string" ? part : "").not.toMatch(/Dana|\u05d0/);
  });
});

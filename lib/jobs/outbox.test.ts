import { beforeEach, expect, test, vi } from "vitest";
import { outbox } from "@/db/schema/message";
import { inTenant } from "@/db/tenant";
import { noAudit } from "@/lib/audit/actions";
import { authorizeSystem } from "@/lib/ability/authorize";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { transact } from "@/lib/transact";
import { sweepOutbox } from "./outbox";

type Sent = { id: string; name: string; data: { runId: string } };

const engine = vi.hoisted(() => ({ send: vi.fn<(events: Sent[]) => Promise<void>>() }));
vi.mock("./client", () => ({ inngest: engine }));

useTestDatabase();
beforeEach(() => void engine.send.mockReset().mockResolvedValue());

function changeThatTells(organizationId: string): Promise<string> {
  const ctx = systemCtx("runs", organizationId);
  return transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "runs", "stop");
    const runId = newId();
    return { value: runId, audit: noAudit("a test of what is sent"), send: [{ name: "run/kill-requested", data: { organizationId, runId } }] };
  });
}

function unsent(organizationId: string): Promise<number> {
  return inTenant(database(), organizationId, async (tx) => (await tx.select({ sentAt: outbox.sentAt }).from(outbox)).filter(({ sentAt }) => !sentAt).length);
}

const told = () => engine.send.mock.calls.flatMap(([events]) => events);

test("an event leaves once its change is committed, and is marked as sent", async () => {
  const { organizationId } = await tenant();
  const runId = await changeThatTells(organizationId);
  await expect.poll(() => told().map(({ data }) => data.runId)).toEqual([runId]);
  await expect.poll(() => unsent(organizationId)).toBe(0);
  await sweepOutbox();
  expect(told()).toHaveLength(1);
});

test("an event that the engine did not take stays, and the sweeper sends it with the same id", async () => {
  const { organizationId } = await tenant();
  engine.send.mockRejectedValueOnce(new Error("the engine is away"));
  const runId = await changeThatTells(organizationId);
  await expect.poll(() => engine.send.mock.calls.length).toBe(1);
  expect(await unsent(organizationId)).toBe(1);
  await sweepOutbox();
  expect(told().map(({ data }) => data.runId)).toEqual([runId, runId]);
  expect(new Set(told().map(({ id }) => id)).size).toBe(1);
  expect(await unsent(organizationId)).toBe(0);
});

test("events of changes that come while others are on their way all leave, each once", async () => {
  const { organizationId } = await tenant();
  let letGo = (): void => {};
  engine.send.mockImplementationOnce(() => new Promise((resolve) => (letGo = resolve)));
  const first = await changeThatTells(organizationId);
  await expect.poll(() => engine.send.mock.calls.length).toBe(1);
  const others = await Promise.all(Array.from({ length: 5 }, () => changeThatTells(organizationId)));
  letGo();
  await expect.poll(() => unsent(organizationId)).toBe(0);
  expect([...new Set(told().map(({ data }) => data.runId))].sort()).toEqual([first, ...others].sort());
});

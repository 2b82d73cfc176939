import { describe, expect, it } from "vitest";
import { narrowApproval, NarrowApprovalInput } from "@/lib/approvals/narrow";
import { createKey } from "@/lib/keys/create";
import { revokeKey } from "@/lib/keys/revoke";
import { place } from "@/lib/locks/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { api } from "./app";
import { maxWaitsPerAgent } from "./places";
import { caller } from "./testing";

useTestDatabase();

type Event = { event: string; id: string; data: Record<string, unknown> };

/** A stream of events as its reader sees it, one after the other. */
async function open(key: string, id: string, lastEventId?: string) {
  const leaving = new AbortController();
  const headers = { authorization: `Bearer ${key}`, ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }) };
  const response = await api.request(new Request(`http://portal.test/api/v1/actions/${id}/events`, { headers, signal: leaving.signal }));
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const next = async (): Promise<Event | null> => {
    for (;;) {
      const at = text.indexOf("\n\n");
      if (at >= 0) {
        const fields = new Map(text.slice(0, at).split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
        text = text.slice(at + 2);
        if (fields.has("event")) return { event: fields.get("event") ?? "", id: fields.get("id") ?? "", data: JSON.parse(fields.get("data") ?? "{}") as Record<string, unknown> };
        continue;
      }
      const read = await reader?.read();
      if (!read || read.done) return null;
      text += read.value;
    }
  };
  return { response, next, leave: () => leaving.abort() };
}

async function pending(made?: Awaited<ReturnType<typeof tenant>>) {
  const t = made ?? (await tenant());
  const client = await caller(t);
  const asked = await client.post("/actions", { body: { tool: "mail.send", estimatedCostMicros: 1000 }, headers: { "idempotency-key": crypto.randomUUID() } });
  return { t, client, id: String(asked.json.id) };
}

describe("the events of an action", () => {
  it("tell where it stands at once, each change, and the end; a reader who comes back hears nothing twice", async () => {
    const { client, id } = await pending();
    const stream = await open(client.key, id);
    expect(stream.response.headers.get("content-type")).toContain("text/event-stream");
    expect(await stream.next()).toMatchObject({ event: "status", id: "pending_approval", data: { id, status: "pending_approval" } });
    await client.post(`/actions/${id}/cancel`);
    expect(await stream.next()).toMatchObject({ event: "status", id: "cancelled", data: { status: "cancelled" } });
    expect(await stream.next()).toMatchObject({ event: "end", data: { id, status: "cancelled" } });
    expect(await stream.next()).toBeNull();
    const back = await open(client.key, id, "pending_approval");
    expect(await back.next()).toMatchObject({ event: "status", id: "cancelled" });
    expect((await open(client.key, id, "cancelled")).response.status).toBe(204);
  });

  it("tell of an offer of less at once, and that the action waits again once it is declined", async () => {
    const { t, client, id } = await pending();
    const supervisor = await t.as("supervisor");
    const stream = await open(client.key, id);
    expect(await stream.next()).toMatchObject({ data: { narrowing: null } });
    const { approvalId, digest } = (await client.get(`/actions/${id}`)).json as { approvalId: string; digest: string };
    const offered = await narrowApproval(supervisor, NarrowApprovalInput.parse({ id: approvalId, digest, reason: "Half of it", amountMicros: 500 }));
    const told = await stream.next();
    expect(told).toMatchObject({ event: "status", data: { status: "pending_approval", narrowing: { digest: offered.digest, amountMicros: 500, reason: "Half of it" } } });
    await client.post(`/actions/${id}/decline`, { body: { digest: offered.digest } });
    expect(await stream.next()).toMatchObject({ event: "status", id: "pending_approval", data: { narrowing: null } });
    stream.leave();
    const back = await open(client.key, id, told?.id);
    expect(await back.next()).toMatchObject({ id: "pending_approval", data: { narrowing: null } });
    back.leave();
  });

  it("end when the key is revoked in the middle, before anything more is told", async () => {
    const { t, client, id } = await pending();
    const other = await createKey(client.manager, { agentId: t.agentId, name: "second", scopes: ["actions.view"] });
    const stream = await open(other.key, id);
    await stream.next();
    await revokeKey(client.manager, { id: other.id });
    await client.post(`/actions/${id}/cancel`);
    const last = await stream.next();
    expect(last).toMatchObject({ event: "refused", data: { type: "urn:countersign:problem:unauthenticated", detail: expect.stringContaining("revoked") } });
    expect(await stream.next()).toBeNull();
  });

  it("end when the agent is locked in the middle", async () => {
    const { t, client, id } = await pending();
    const stream = await open(client.key, id);
    await stream.next();
    await place(await t.as("organization_admin"), "agent", t.agentId);
    expect(await stream.next()).toMatchObject({ event: "refused", data: { status: 423 } });
    expect(await stream.next()).toBeNull();
  });

  it("are told to nobody else: another organization's agent, a key without the scope, an id that is none", async () => {
    const { t, id } = await pending();
    const stranger = await caller(await tenant());
    expect((await open(stranger.key, id)).response.status).toBe(404);
    const blind = await caller(t, ["actions.submit"]);
    expect((await open(blind.key, id)).response.status).toBe(403);
    expect((await open(blind.key, "nonsense")).response.status).toBe(400);
  });

  it("take no more places than an agent has, and give them back when the reader leaves", async () => {
    const { client, id } = await pending();
    const streams = await Promise.all(Array.from({ length: maxWaitsPerAgent }, () => open(client.key, id)));
    expect((await open(client.key, id)).response.status).toBe(429);
    for (const stream of streams) stream.leave();
    const again = await open(client.key, id);
    expect(again.response.status).toBe(200);
    again.leave();
  });
});

import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApp } from "./app";
import { type Harness, harness, isEmbedded } from "./harness";

let h: Harness;
beforeAll(async () => {
  h = await harness();
}, 60_000);
afterAll(() => h.close(), 20_000);

const call = { version: 2, event: { name: "test/steps", data: {} }, events: [], steps: {}, ctx: { run_id: "r", attempt: 0 } };

function callApp(signature?: string): Promise<Response> {
  return fetch(`${h.app.url}?fnId=conformance-steps&stepId=step`, {
    method: "POST",
    body: JSON.stringify(call),
    headers: { "content-type": "application/json", ...(signature ? { "x-inngest-signature": signature } : {}) },
  });
}

// With a dev server the SDK checks no signatures.
describe.runIf(isEmbedded)("the app", () => {
  it("refuses calls that are not signed, or signed with another key", async () => {
    const seconds = Math.floor(Date.now() / 1000).toString();
    const forged = createHmac("sha256", "00").update(JSON.stringify(call)).update(seconds).digest("hex");
    expect((await callApp()).status).toBe(401);
    expect((await callApp(`t=${seconds}&s=${forged}`)).status).toBe(401);
    expect(h.app.journal.entries).toEqual([]);
  });
});

describe.runIf(isEmbedded)("the server", () => {
  const post = (path: string, body: unknown) =>
    fetch(`${h.server.url}${path}`, { method: "POST", body: JSON.stringify(body) });

  it("takes no event with another key", async () => {
    expect((await post("/e/other", { name: "test/steps" })).status).toBe(401);
  });

  it("takes no event in the name of Inngest, without a name, or that is not JSON", async () => {
    const path = `/e/${h.server.eventKey}`;
    expect((await post(path, { name: "inngest/function.failed", data: {} })).status).toBe(400);
    expect((await post(path, { data: {} })).status).toBe(400);
    expect((await post(path, [{ name: "test/steps", data: "text" }])).status).toBe(400);
    expect((await fetch(`${h.server.url}${path}`, { method: "POST", body: "{" })).status).toBe(400);
  });

  it("takes all events of a request or none", async () => {
    const body = [{ name: "test/leaf", data: { key: "half" } }, { name: "" }];
    expect((await post(`/e/${h.server.eventKey}`, body)).status).toBe(400);
    await h.send("test/leaf", { key: "whole" });
    await h.app.journal.seen("leaf whole");
    expect(h.app.journal.count("leaf half")).toBe(0);
  });

  it("takes no request body without bounds", async () => {
    const path = `/e/${h.server.eventKey}`;
    expect((await post(path, { name: "a", data: { text: "x".repeat(6_000_000) } })).status).toBe(413);
    expect((await post(path, { name: "a", data: { text: "x".repeat(2_000_000) } })).status).toBe(400);
  });

  it("shows and cancels runs, and registers functions, for the signing key only", async () => {
    for (const [method, path] of [["POST", "/fn/register"], ["GET", "/v1/events/x/runs"], ["GET", "/v1/runs/x"], ["DELETE", "/v1/runs/x"]]) {
      expect((await fetch(`${h.server.url}${path}`, { method })).status).toBe(401);
    }
    expect((await h.api.request("/v1/runs/x")).status).toBe(404);
    expect(await h.api.cancel("x")).toBe(404);
  });

  it("repeats its answer when the SDK sends an event again because the first answer was lost", async () => {
    const send = async () => {
      const answer = await fetch(`${h.server.url}/e/${h.server.eventKey}`, {
        method: "POST",
        body: JSON.stringify({ name: "test/leaf", data: { key: "resent" } }),
        headers: { "x-inngest-event-id-seed": "1700000000000,AAAAAAAAAAAAAA==" },
      });
      return await answer.json();
    };
    expect(await send()).toEqual(await send());
    await h.app.journal.seen("leaf resent");
    await h.send("test/leaf", { key: "after" });
    await h.app.journal.seen("leaf after");
    expect(h.app.journal.count("leaf resent")).toBe(1);
  });

  it("refuses functions that ask for what it does not do, says what, and keeps those it has", async () => {
    const app = await startApp(h.server, (client) => [
      client.createFunction({ id: "odd", triggers: { event: "x", if: "event.data.n > 3" } }, () => {}),
    ], "odd-app");
    const batch = await startApp(h.server, (client) => [
      client.createFunction({ id: "b", triggers: { event: "x" }, batchEvents: { maxSize: 2, timeout: "5s" } }, () => {}),
    ], "batch-app");
    const odd = await app.sync();
    expect(odd.status).toBe(400);
    expect(odd.message).toContain('"event.data.n > 3" is not supported');
    expect((await batch.sync()).message).toContain("batchEvents");
    await Promise.all([app.close(), batch.close()]);
    await h.send("test/leaf", { key: "still" });
    await h.app.journal.seen("leaf still");
  });

  it("fails a run that asks for an operation it does not have, and names it", async () => {
    const app = await startApp(h.server, (client) => [
      client.createFunction({ id: "signal", triggers: { event: "test/signal" } }, async ({ step }) => {
        await step.waitForSignal("wait", { signal: "s", timeout: "1h", onConflict: "fail" });
      }),
      client.createFunction({ id: "greater", triggers: { event: "test/greater" } }, async ({ step }) => {
        await step.waitForEvent("wait", { event: "y", timeout: "1h", if: "async.data.n > 1" });
      }),
    ], "signal-app");
    expect((await app.sync()).status).toBe(200);
    const signal = await h.api.ended(await h.send("test/signal", {}));
    expect(signal).toMatchObject({ status: "Failed", output: { message: expect.stringContaining("WaitForSignal") } });
    const greater = await h.api.ended(await h.send("test/greater", {}));
    expect(greater).toMatchObject({ status: "Failed", output: { message: expect.stringContaining("async.data.n > 1") } });
    await app.close();
  });

  it("fails a run whose step returns more than is kept, and says so", async () => {
    const app = await startApp(h.server, (client) => [
      client.createFunction({ id: "large", retries: 0, triggers: { event: "test/large" } }, async ({ step }) => {
        await step.run("large", () => "x".repeat(5_000_000));
      }),
    ], "large-app");
    expect((await app.sync()).status).toBe(200);
    const run = await h.api.ended(await h.send("test/large", {}));
    expect(run).toMatchObject({ status: "Failed", output: { message: expect.stringContaining("at most") } });
    await app.close();
  });
});

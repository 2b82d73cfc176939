import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "inngest/node";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { chatServer } from "@/lib/chat/testing";
import { testChannel } from "@/lib/chat/test-channel";
import { addChannel, AddChannelInput } from "@/lib/chat/add";
import { listChannels } from "@/lib/chat/list";
import { forgetEnv } from "@/lib/env";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { testDatabase } from "../conformance/database";
import { EngineProcess } from "../conformance/server";

useTestDatabase();
let chat: Awaited<ReturnType<typeof chatServer>>;
const ends: (() => Promise<unknown>)[] = [];

// The client is told who its engine is when it is loaded, so it is loaded here.
beforeAll(async () => {
  const database = await testDatabase();
  const engine = await EngineProcess.start(database.url);
  Object.assign(process.env, { INNGEST_BASE_URL: engine.url, INNGEST_EVENT_KEY: engine.eventKey, INNGEST_SIGNING_KEY: engine.signingKey });
  forgetEnv();
  const [{ inngest }, { sendChatFunction }] = [await import("../client"), await import("./send-chat")];
  const app = createServer(serve({ client: inngest, functions: [sendChatFunction] }));
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  chat = await chatServer();
  ends.push(
    async () => app.closeAllConnections(),
    () => new Promise((resolve) => app.close(resolve)),
    async () => chat.close(),
    () => engine.end("SIGTERM"),
    database.drop,
  );
  const registered = await fetch(`http://127.0.0.1:${(app.address() as AddressInfo).port}/api/inngest`, { method: "PUT" });
  expect(registered.status).toBe(200);
});
afterAll(async () => {
  for (const end of ends) await end();
});

it("a message goes by the outbox and the engine to the chat, and after a 429 when that says", async () => {
  const t = await tenant();
  const admin = await t.as("organization_admin");
  const { id } = await addChannel(admin, AddChannelInput.parse({ kind: "slack", name: "#approvals", url: chat.url, topics: ["requests"] }));
  await expect.poll(() => chat.posted.length).toBe(1);
  expect(chat.posted[0]?.body).toContain("This channel is connected");
  const told = vi.spyOn(console, "error").mockImplementation(() => {});
  Object.assign(chat.state, { status: 429, retryAfter: "1" });
  await testChannel(admin, { id });
  await expect.poll(() => chat.posted.length).toBe(2);
  chat.state.status = 200;
  await expect.poll(() => chat.posted.length).toBeGreaterThanOrEqual(3);
  expect(told.mock.calls.flat().map(String)).toContain("RetryAfterError: The other side answered 429.");
  told.mockClear();
  told.mockRestore();
  await expect.poll(async () => (await listChannels(admin)).map(({ state, lastError }) => [state, lastError])).toEqual([["working", null]]);
});

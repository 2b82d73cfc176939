import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { eq } from "drizzle-orm";
import { chatMessage } from "@/db/schema/chat";
import { systemCtx } from "@/lib/ctx/system";
import { inside } from "@/lib/runs/testing";
import { collectChat } from "./collect";
import { sendChat } from "./send";

export type Posted = { path: string; headers: IncomingHttpHeaders; body: string };

/** A chat on this machine: it keeps what is posted and answers as it is told. */
export async function chatServer() {
  const posted: Posted[] = [];
  const state = { status: 200, text: "", location: "", retryAfter: "" };
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      posted.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(pieces).toString("utf8") });
      response.writeHead(state.status, { ...(state.location ? { location: state.location } : {}), ...(state.retryAfter ? { "retry-after": state.retryAfter } : {}) }).end(state.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { posted, state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T000/secret-part`, close };
}

type Of = { organizationId: string };

/** What the engine would try next: every message that waits, once. Gives what went wrong. */
export async function sendWaiting(t: Of): Promise<string[]> {
  const waiting = await inside(t, (tx) => tx.select({ id: chatMessage.id }).from(chatMessage).where(eq(chatMessage.status, "queued")).orderBy(chatMessage.createdAt, chatMessage.id));
  const wrong: string[] = [];
  for (const { id } of waiting) await sendChat(systemCtx("chat", t.organizationId), { messageId: id }).catch((error: Error) => wrong.push(error.message));
  return wrong;
}

/** A minute of the clock, and what follows of it. */
export async function tick(t: Of): Promise<string[]> {
  await collectChat(systemCtx("chat", t.organizationId));
  return sendWaiting(t);
}

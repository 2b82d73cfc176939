import { z } from "zod";
import { isDatabaseAway } from "@/db/error";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { log } from "@/lib/log";
import { partIsAway } from "@/lib/outage";
import { drainSignal } from "@/lib/shutdown/draining";
import { read } from "@/lib/transact";
import { authorizeTopic } from "./authorize-topic";
import { takePlace } from "./places";
import { sessionState } from "./session-state";
import { subscribe } from "./subscribe";

const heartbeatMs = 15_000;
const sessionCheckMs = 4_000;
/** Messages that a browser may leave unread; then it is cut off and comes back by itself. */
const maxUnread = 64;

export const LiveInput = z.strictObject({
  /** One or several, with commas between them. */
  topic: z
    .string()
    .max(1_000)
    .transform((text) => [...new Set(text.split(","))])
    .pipe(z.array(z.string().regex(/^(approvals|notices|(run|action|directory):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/, "is not a topic")).min(1).max(8)),
  /** Answers without a body whether the stream would open: an EventSource cannot tell why it was refused. */
  probe: z.literal("1").optional(),
});
export type LiveInput = z.infer<typeof LiveInput>;

/**
 * Server-sent events (HTML Living Standard, 9.2): `change` names a topic, `access-changed` and `session-ended` end the
 * stream. It also ends when the browser leaves.
 */
export async function liveStream(ctx: PersonCtx, input: LiveInput, request: Request): Promise<Response> {
  const topics = await read(ctx, async (tx) => {
    const found = [];
    for (const name of input.topic) found.push({ name, topic: await authorizeTopic(tx, ctx, name) });
    return found;
  });
  if (input.probe) return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });

  const giveBack = takePlace(ctx.actor.id);
  const line = openLine();
  line.onClose(giveBack);
  request.signal.addEventListener("abort", line.close, { once: true });
  // A live stream has no end of its own; the browser comes back to whoever answers next.
  const drain = drainSignal();
  drain.addEventListener("abort", line.close, { once: true });
  line.onClose(() => drain.removeEventListener("abort", line.close));
  if (drain.aborted || request.signal.aborted) line.close();
  try {
    for (const { name, topic } of topics) {
      line.onClose(await subscribe(ctx.organizationId, topic, () => line.write(`event: change\ndata: ${name}\n\n`)));
    }
    line.onClose(await subscribe(ctx.organizationId, `access:${ctx.actor.id}`, () => void endWithSession(ctx, line)));
  } catch (error) {
    line.close();
    throw error;
  }
  line.write("retry: 2000\nevent: ready\ndata: ready\n\n");
  const beat = setInterval(() => line.write(": beat\n\n"), heartbeatMs);
  const check = setInterval(() => void endWithSession(ctx, line), sessionCheckMs);
  line.onClose(() => clearInterval(beat));
  line.onClose(() => clearInterval(check));
  return new Response(line.body, {
    headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache, no-store, no-transform", "x-accel-buffering": "no" },
  });
}

type Line = { body: ReadableStream<Uint8Array>; write: (message: string) => void; close: () => void; onClose: (end: () => void) => void };

/** The writing end of a stream, which closes once, from either side, and then lets go of everything. */
function openLine(): Line {
  const text = new TextEncoder();
  const ends: (() => void)[] = [];
  let writer: ReadableStreamDefaultController<Uint8Array> | undefined;
  const letGo = () => {
    writer = undefined;
    for (const end of ends.splice(0)) end();
  };
  const body = new ReadableStream<Uint8Array>({ start: (controller) => void (writer = controller), cancel: letGo });
  const close = () => {
    writer?.close();
    letGo();
  };
  return {
    body,
    close,
    write: (message) => {
      if (!writer) return;
      if ((writer.desiredSize ?? 0) < -maxUnread) close();
      else writer.enqueue(text.encode(message));
    },
    onClose: (end) => {
      if (writer) ends.push(end);
      else end();
    },
  };
}

async function endWithSession(ctx: PersonCtx, line: Line): Promise<void> {
  try {
    const state = await sessionState(ctx);
    if (state === "stands") return;
    line.write(`event: ${state === "ended" ? "session-ended" : "access-changed"}\ndata: ${state}\n\n`);
  } catch (error) {
    // A session that cannot be checked is not taken as good; the browser comes back and is checked anew.
    if (isDatabaseAway(error)) partIsAway("database", error, { requestId: ctx.requestId });
    else log.warn({ err: error, requestId: ctx.requestId }, "a live session could not be checked");
  }
  line.close();
}

import { drainSignal } from "@/lib/shutdown/draining";

const heartbeatMs = 15_000;
/** Messages that a reader may leave unread; then it is cut off and comes back by itself. */
const maxUnread = 64;

/** The headers of an answer that is a stream of server-sent events. */
export const eventStreamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-store, no-transform",
  "x-accel-buffering": "no",
};

export type Line = { body: ReadableStream<Uint8Array>; write: (message: string) => void; close: () => void; onClose: (end: () => void) => void };

/**
 * The writing end of a stream of server-sent events, with a beat that keeps it open. It closes once, from either side, when
 * `signal` says that the reader left, or when this process is ending (a reader comes back to whoever answers next), and then
 * lets go of everything.
 */
export function openLine(signal: AbortSignal): Line {
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
  const write = (message: string) => {
    if (!writer) return;
    if ((writer.desiredSize ?? 0) < -maxUnread) close();
    else writer.enqueue(text.encode(message));
  };
  const beat = setInterval(() => write(": beat\n\n"), heartbeatMs);
  const drain = drainSignal();
  for (const leaving of [signal, drain]) leaving.addEventListener("abort", close, { once: true });
  ends.push(() => clearInterval(beat), () => drain.removeEventListener("abort", close));
  if (drain.aborted || signal.aborted) close();
  return {
    body,
    close,
    write,
    onClose: (end) => {
      if (writer) ends.push(end);
      else end();
    },
  };
}

import { CountersignError } from "./errors.js";
import type { Http } from "./http.js";
import type { Action, Problem } from "./types.js";

/** Longer than a stream lasts. */
const streamMs = 11 * 60_000;
const betweenMs = 1_000;

/** Reads an action's server-sent events until its end, coming back with the last event's id whenever a stream ends before. */
export async function* readEvents(http: Http, id: string, signal: AbortSignal | undefined): AsyncGenerator<Action> {
  let seen: string | undefined;
  for (;;) {
    const headers = { accept: "text/event-stream", ...(seen === undefined ? {} : { "last-event-id": seen }) };
    const response = await http.send("GET", `/actions/${encodeURIComponent(id)}/events`, { headers, signal, extraMs: streamMs });
    if (response.status === 204 || !response.body) return;
    for await (const event of eventsOf(response.body)) {
      if (event.name === "refused") throw new CountersignError(JSON.parse(event.data) as Problem);
      if (event.name === "end") return;
      if (event.name !== "status") continue;
      seen = event.id;
      yield JSON.parse(event.data) as Action;
    }
    if (signal?.aborted) return;
    await new Promise((resolve) => setTimeout(resolve, betweenMs));
  }
}

type Event = { name: string; id: string; data: string };

/** A broken connection ends the stream as its end does: what follows is asked for anew. */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Event> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { value, done } = await reader.read().catch(() => ({ value: undefined, done: true as const }));
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      yield* blocks.map(eventOf);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function eventOf(block: string): Event {
  const fields = new Map(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trimStart()]));
  return { name: fields.get("event") ?? "message", id: fields.get("id") ?? "", data: fields.get("data") ?? "" };
}

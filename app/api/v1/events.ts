import { getAction } from "@/lib/actions/get";
import type { ActionView } from "@/lib/actions/schemas";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { eventStreamHeaders, type Line, openLine } from "@/lib/live/line";
import { subscribe } from "@/lib/live/subscribe";
import { problemBody } from "@/lib/problem";
import { toAppError } from "@/lib/result";
import { takeWait } from "./places";

/** A key that is revoked or locked is found out within this time where nobody tells. */
const checkMs = 4_000;
/** A stream is ended after this; its reader comes back with the id of the last event and misses nothing. */
const longestMs = 10 * 60_000;

export type Follow = {
  id: string;
  /** `Last-Event-ID`: what the reader has seen. */
  lastEventId: string | undefined;
  signal: AbortSignal;
  /** The caller as the key is now. @throws AppError when it is good no longer. */
  again: () => Promise<AgentCtx>;
};

/**
 * The action's changes as server-sent events (HTML Living Standard, 9.2): `status` with the whole action, once for each
 * status and the current one at once; after the last, `end`. `refused` says why when the key is good no longer. An action
 * that is over for a reader who has seen its end is answered with 204, which keeps an EventSource from coming back.
 * @throws AppError `not_found`, `rate_limited`.
 */
export async function followAction(ctx: AgentCtx, follow: Follow): Promise<Response> {
  const first = await getAction(ctx, { id: follow.id });
  if (first.endedAt && follow.lastEventId === eventIdOf(first)) return new Response(null, { status: 204 });
  const giveBack = takeWait(ctx.actor.id);
  const line = openLine(follow.signal);
  line.onClose(giveBack);
  line.write("retry: 1000\n\n");
  const look = looker(line, follow);
  try {
    line.onClose(await subscribe(ctx.organizationId, `action:${follow.id}`, look));
    line.onClose(await subscribe(ctx.organizationId, `access:${ctx.actor.id}`, look));
  } catch (error) {
    line.close();
    throw error;
  }
  const check = setInterval(look, checkMs);
  const end = setTimeout(line.close, longestMs);
  line.onClose(() => clearInterval(check));
  line.onClose(() => clearTimeout(end));
  look();
  return new Response(line.body, { headers: eventStreamHeaders });
}

/** Looks one at a time; what changes while it looks is looked at once more. */
function looker(line: Line, { id, again, lastEventId }: Follow): () => void {
  let seen = lastEventId;
  let busy = false;
  let missed = false;
  let open = true;
  line.onClose(() => (open = false));
  const look = async () => {
    try {
      // The key first: nothing is told to one that was revoked since.
      const action = await getAction(await again(), { id });
      if (!open) return;
      if (eventIdOf(action) !== seen) line.write(message("status", eventIdOf(action), action));
      seen = eventIdOf(action);
      if (!action.endedAt) return;
      line.write(message("end", seen, { id, status: action.status }));
    } catch (error) {
      const requestId = crypto.randomUUID();
      line.write(`event: refused\ndata: ${JSON.stringify(problemBody(toAppError(error, requestId), requestId))}\n\n`);
    }
    line.close();
  };
  return () => {
    missed = true;
    if (busy) return;
    busy = true;
    void (async () => {
      while (missed && open) {
        missed = false;
        await look();
      }
      busy = false;
    })();
  };
}

/** An action has each status once, and one offer of less at a time while it waits. */
function eventIdOf({ status, narrowing }: ActionView): string {
  return narrowing ? `${status}-${narrowing.id}` : status;
}

function message(event: string, id: string, data: object): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

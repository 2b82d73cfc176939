import { z } from "zod";
import { isDatabaseAway } from "@/db/error";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { log } from "@/lib/log";
import { partIsAway } from "@/lib/outage";
import { read } from "@/lib/transact";
import { authorizeTopic } from "./authorize-topic";
import { eventStreamHeaders, type Line, openLine } from "./line";
import { takePlace } from "./places";
import { sessionState } from "./session-state";
import { subscribe } from "./subscribe";

const sessionCheckMs = 4_000;

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
  const line = openLine(request.signal);
  line.onClose(giveBack);
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
  const check = setInterval(() => void endWithSession(ctx, line), sessionCheckMs);
  line.onClose(() => clearInterval(check));
  return new Response(line.body, { headers: eventStreamHeaders });
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

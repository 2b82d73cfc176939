import { Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { faultPoint } from "@/lib/fault-point";
import { change, type Engine } from "./change";
import { ingest } from "./ingest";
import { sha256 } from "./identifiers";
import { findRun, queueOf, runsOfEvent } from "./introspect";
import { jsonBytes } from "./json";
import { hashSigningKey, sameSecret } from "./keys";
import { maxEventBytes, maxRequestBytes } from "./limits";
import { IncomingEvent, Registration } from "./protocol";
import { register } from "./register";
import { endRun, lockRun } from "./runs";

/** The HTTP surfaces an SDK expects of an Inngest server, and the few of Inngest's REST API that operations need. */
export function createServer(engine: Engine): Hono {
  const app = new Hono();
  const signed = requireSigningKey(engine);
  app.use(bodyLimit({ maxSize: maxRequestBytes, onError: (c) => c.json({ error: "request too large", status: 413 }, 413) }));
  app.onError((error, c) => {
    engine.log.error({ err: error, path: c.req.routePath }, "a request failed");
    return c.json({ error: "internal error", status: 500 }, 500);
  });

  app.get("/health", (c) => c.json({ status: 200, message: "OK" }));
  app.get("/healthz", async (c) => {
    return c.json({ status: "ok", queue: await queueOf(engine.sql) });
  });

  app.post("/e/:key", async (c) => {
    if (!sameSecret(c.req.param("key"), engine.eventKey)) return c.json({ error: "Event key not found", status: 401 }, 401);
    const events = readEvents(await c.req.json().catch(() => undefined));
    if (typeof events === "string") return c.json({ error: events, status: 400 }, 400);
    // At the first start the portal may send before its functions are known, and what nobody listens to is lost.
    if (engine.registry.isEmpty()) return c.json({ error: "no functions are registered yet; send it again", status: 503 }, 503);
    const seed = c.req.header("x-inngest-event-id-seed");
    const ids = await change(engine, async (current) => {
      const taken: string[] = [];
      for (const [index, event] of events.entries()) {
        taken.push(await ingest(current, event, seed && `send:${sha256(seed)}:${index}`));
      }
      return taken;
    });
    await faultPoint("engine.event-stored");
    return c.json({ ids, status: 200 });
  });

  app.post("/fn/register", signed, async (c) => {
    const body = Registration.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return c.json({ error: z.prettifyError(body.error), status: 400 }, 400);
    try {
      await register(engine, body.data.appName, body.data.functions);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      engine.log.warn({ app: body.data.appName, message }, "a registration was refused");
      return c.json({ error: message, status: 400 }, 400);
    }
    engine.log.info({ app: body.data.appName, functions: body.data.functions.length }, "functions registered");
    return c.json({ ok: true, modified: true, status: 200 });
  });

  app.get("/v1/events/:id/runs", signed, async (c) => c.json({ data: await runsOfEvent(engine.sql, c.req.param("id")) }));
  app.get("/v1/runs/:id", signed, async (c) => {
    const run = await findRun(engine.sql, c.req.param("id"));
    return run ? c.json({ data: run }) : c.json({ error: "run not found", status: 404 }, 404);
  });
  app.delete("/v1/runs/:id", signed, (c) => cancel(engine, c.req.param("id")));
  app.post("/runs/:id/cancel", signed, (c) => cancel(engine, c.req.param("id")));
  return app;
}

function requireSigningKey({ signingKey }: Engine): MiddlewareHandler {
  const expected = `Bearer ${hashSigningKey(signingKey)}`;
  return async (c, next) => {
    if (!sameSecret(c.req.header("authorization") ?? "", expected)) {
      return c.json({ error: "invalid signing key", status: 401 }, 401);
    }
    return await next();
  };
}

/** The events of a request, or what is wrong with them. */
function readEvents(body: unknown): IncomingEvent[] | string {
  const parsed = z.array(IncomingEvent).max(5000).safeParse(Array.isArray(body) ? body : [body]);
  if (!parsed.success) return z.prettifyError(parsed.error);
  const own = parsed.data.find(({ name }) => name.startsWith("inngest/"));
  if (own) return `The name "${own.name}" is kept for Inngest's own events`;
  const large = parsed.data.find((event) => jsonBytes(event) > maxEventBytes);
  if (large) return `An event "${large.name}" has more than ${maxEventBytes} bytes`;
  return parsed.data;
}

async function cancel(engine: Engine, runId: string): Promise<Response> {
  const cancelled = await change(engine, async (current) => {
    const run = await lockRun(current, runId);
    if (run) await endRun(current, run, { status: "cancelled" });
    return run !== undefined;
  });
  if (cancelled) return new Response(null, { status: 204 });
  return Response.json({ error: "no such run, or it has ended", status: 404 }, { status: 404 });
}

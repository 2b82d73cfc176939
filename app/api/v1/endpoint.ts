import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { keyCtx, rememberedKeyCtx } from "@/lib/ctx/key";
import { KeyChanged } from "@/lib/ctx/key-changed";
import type { RequestInfo } from "@/lib/ctx/person";
import { clientIpHeader } from "@/lib/client-ip";
import { countApiCall } from "@/lib/rates/count-call";
import { noteCaller } from "@/lib/requests/request-log";
import { errorStatus, type ErrorCode } from "@/lib/errors";
import type { JsonValue } from "@/lib/strict-json";
import type { ApiBindings } from "./answer";
import { readJsonBody } from "./body";
import { Problem } from "./problem-schema";

export type ApiEnv = { Bindings: ApiBindings; Variables: { requestId: string; ctx?: AgentCtx } };
export type Api = OpenAPIHono<ApiEnv>;

type Shape = Record<string, z.ZodType>;
type Optional = z.ZodObject<Shape> | undefined;
type Output<S> = S extends z.ZodType ? z.output<S> : Record<string, never>;

type Answer = { description: string; schema?: z.ZodType; type?: string; headers?: z.ZodObject<Shape> };

export type EndpointSpec<P extends Optional, Q extends Optional, H extends Optional, B extends z.ZodType | undefined> = {
  method: "get" | "post";
  /** OpenAPI form: `/actions/{id}`. */
  path: string;
  tag: string;
  summary: string;
  description: string;
  params?: P;
  query?: Q;
  headers?: H;
  body?: B;
  answers: Record<number, Answer>;
  /** Refusals beyond those that every endpoint has. */
  refusals?: readonly ErrorCode[];
  /** The verb compares a remembered key with the stored one itself, so that the key needs no transaction of its own. */
  comparesKey?: boolean;
  /** Also answered to a key that is locked: it takes nothing, and what was spent must be counted. */
  evenLocked?: boolean;
};

type Call<P, Q, H, B> = { params: Output<P>; query: Output<Q>; headers: Output<H>; body: Output<B>; c: Context<ApiEnv>; fromMemory: boolean };

const nothing = z.strictObject({});
const always: readonly ErrorCode[] = ["invalid_input", "unauthenticated", "forbidden", "network_not_allowed", "locked", "rate_limited", "internal", "unavailable"];

/**
 * One endpoint of the public API: described in the document and served by the same lines. What is not described is
 * refused. No answer is given before the key was read from the database for this request, by `authenticate` or by the verb.
 */
export function endpoint<
  P extends Optional = undefined,
  Q extends Optional = undefined,
  H extends Optional = undefined,
  B extends z.ZodType | undefined = undefined,
>(api: Api, spec: EndpointSpec<P, Q, H, B>, answer: (ctx: AgentCtx, call: Call<P, Q, H, B>) => Promise<Response>): void {
  describe(api, spec);
  api.on(spec.method.toUpperCase(), spec.path.replaceAll(/{(.+?)}/g, ":$1"), async (c) => {
    let body: Promise<JsonValue | undefined> | undefined;
    const serve = async (ctx: AgentCtx, fromMemory: boolean): Promise<Response> => {
      noteCaller(ctx);
      // What was spent must be counted, however often it is said.
      if (!spec.evenLocked) await countApiCall(ctx);
      // Once, also when it is served again.
      body ??= spec.method === "post" ? readJsonBody(c.req.raw) : Promise.resolve(undefined);
      const given = await body;
      return answer(ctx, {
        params: spec.params ? parse(spec.params, c.req.param()) : {},
        query: spec.query || c.req.url.includes("?") ? parse(spec.query, queryOf(c)) : {},
        headers: spec.headers ? parse(spec.headers, headersOf(c, spec.headers)) : {},
        body: parse(spec.body, spec.body ? given : (given ?? {})),
        c,
        fromMemory,
      } as Call<P, Q, H, B>);
    };
    const remembered = spec.comparesKey ? rememberedKeyCtx(c.req.header("authorization"), infoOf(c)) : null;
    if (!remembered) return serve(await authenticate(c, spec), false);
    try {
      return await serve(remembered, true);
    } catch (error) {
      const ctx = await authenticate(c, spec);
      if (error instanceof KeyChanged) return serve(ctx, false);
      throw error;
    }
  });
}

function parse(schema: z.ZodType | undefined, value: unknown): unknown {
  return (schema ?? nothing).parse(value);
}

/** The agent behind the request's key. */
export async function authenticate(c: Context<ApiEnv>, { evenLocked = false }: { evenLocked?: boolean } = {}): Promise<AgentCtx> {
  const ctx = await keyCtx(c.req.header("authorization"), infoOf(c), { evenLocked });
  c.set("ctx", ctx);
  return ctx;
}

function infoOf(c: Context<ApiEnv>): RequestInfo {
  return {
    requestId: c.get("requestId"),
    ip: c.req.header(clientIpHeader) || null,
    userAgent: c.req.header("user-agent")?.slice(0, 300) || null,
  };
}

/** The headers that are described; taking all of them out of a request costs as much as reading its body. */
function headersOf(c: Context<ApiEnv>, { shape }: z.ZodObject<Shape>): Record<string, string | undefined> {
  return Object.fromEntries(Object.keys(shape).map((name) => [name, c.req.header(name)]));
}

/** A parameter that comes twice becomes a list, which no schema here takes. */
function queryOf(c: Context<ApiEnv>): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(c.req.queries()).map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]));
}

/** What generated clients call it: its summary in camel case, e.g. `submitAnAction`. */
function operationId(summary: string): string {
  const [first = "", ...rest] = summary.replaceAll(/['’]s?\b/g, "").split(/[^A-Za-z]+/).filter(Boolean);
  return first.toLowerCase() + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()).join("");
}

function describe<P extends Optional, Q extends Optional, H extends Optional, B extends z.ZodType | undefined>(api: Api, spec: EndpointSpec<P, Q, H, B>): void {
  const refusals = [...new Set([...always, ...(spec.refusals ?? []), ...(spec.body ? (["payload_too_large", "unsupported_media_type"] as const) : [])])];
  const answers = Object.entries(spec.answers).map(([status, answer]) => [
    status,
    {
      description: answer.description,
      ...(answer.headers ? { headers: answer.headers } : {}),
      ...(answer.schema ? { content: { [answer.type ?? "application/json"]: { schema: answer.schema } } } : {}),
    },
  ]);
  const problems = [...new Set(refusals.map((code) => errorStatus[code]))].map((status) => [
    String(status),
    {
      description: refusals.filter((code) => errorStatus[code] === status).join(", "),
      content: { "application/problem+json": { schema: Problem } },
    },
  ]);
  api.openAPIRegistry.registerPath({
    method: spec.method,
    path: spec.path,
    tags: [spec.tag],
    operationId: operationId(spec.summary),
    summary: spec.summary,
    description: spec.description,
    security: [{ apiKey: [] }],
    request: {
      ...(spec.params ? { params: spec.params } : {}),
      ...(spec.query ? { query: spec.query } : {}),
      ...(spec.headers ? { headers: spec.headers } : {}),
      ...(spec.body ? { body: { required: true, content: { "application/json": { schema: spec.body } } } } : {}),
    },
    responses: Object.fromEntries([...answers, ...problems]),
  });
}

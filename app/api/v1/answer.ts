import type { ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import type { ApiEnv } from "./endpoint";

/** What `server.ts` hands over beside the request; nothing where Next runs the API. */
export type ApiBindings = { outgoing?: ServerResponse };

/** Keeps browsers from making something else of any answer. */
const guards = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
};

/** The headers of every answer. */
export function envelopeHeaders(requestId: string): Record<string, string> {
  return { "x-request-id": requestId, ...guards };
}

/**
 * Answers with JSON. In our own server it is written straight to the connection: making a web response and taking it
 * apart again costs as much as the whole decision in front of it.
 */
export function answerJson(c: Context<ApiEnv>, body: unknown, status: 200 | 201 | 202 = 200, headers: Record<string, string> = {}): Response {
  const text = JSON.stringify(body);
  const given = { "content-type": "application/json", ...headers };
  const outgoing = (c.env as ApiBindings | undefined)?.outgoing;
  if (!outgoing) return c.body(text, status, given);
  outgoing.writeHead(status, { ...envelopeHeaders(c.get("requestId")), "cache-control": "no-store", ...given, "content-length": Buffer.byteLength(text) });
  outgoing.end(text);
  return RESPONSE_ALREADY_SENT;
}

import type { RequestInfo } from "@/lib/ctx/person";
import { env } from "@/lib/env";
import { loginMinutes } from "./begin";
import { ticketSeconds, type Outcome } from "./conclude";
import { keepForSso } from "./cookie";

/** Sends the browser on from an identity provider's answer, with its ticket in a cookie where it got one. */
export async function respond(info: RequestInfo, outcome: Outcome): Promise<Response> {
  await keepForSso(outcome.kind === "admitted" ? outcome.ticket : "", outcome.kind === "admitted" ? ticketSeconds : 0);
  if (outcome.kind === "admitted") return seeOther(`/sso/finish?next=${encodeURIComponent(outcome.nextPath)}`);
  return seeOther(outcome.kind === "tested" ? `/settings/sso/${outcome.connectionId}` : `/sso?refused=${info.requestId}`);
}

/** 303: whatever came, the browser goes on by GET. Always to a page of ours. */
export function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { location: new URL(path, env().APP_URL).href, "cache-control": "no-store" } });
}

/** Keeps the secret of a way that begins, for as long as the way may take. */
export function keepSecret(secret: string): Promise<void> {
  return keepForSso(secret, loginMinutes * 60);
}

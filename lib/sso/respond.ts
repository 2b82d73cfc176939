import type { RequestInfo } from "@/lib/ctx/person";
import { env } from "@/lib/env";
import type { AppError } from "@/lib/errors";
import { toAppError } from "@/lib/result";
import { loginMinutes } from "./begin";
import { ticketSeconds, type Outcome } from "./conclude";
import { keepForSso } from "./cookie";
import type { RefusalKind } from "./refusal";
import type { Left } from "./saml-logout";

/** Sends the browser on from an identity provider's answer, with its ticket in a cookie where it got one. */
export async function respond(info: RequestInfo, outcome: Outcome): Promise<Response> {
  await keepForSso(outcome.kind === "admitted" ? outcome.ticket : "", outcome.kind === "admitted" ? ticketSeconds : 0);
  if (outcome.kind === "admitted") return seeOther(`/sso/finish?next=${encodeURIComponent(outcome.nextPath)}`);
  return seeOther(outcome.kind === "tested" ? `/settings/sso/${outcome.connectionId}` : refusedPage(outcome.why, info.requestId));
}

/** The page that tells whoever came back what happened; `reference` is what they pass on to an admin. */
function refusedPage(why: RefusalKind, reference: string): string {
  return `/sso/refused?${new URLSearchParams({ why, reference })}`;
}

/** Sends the browser on that came with a provider's word on signing out. */
export function respondLeft(info: RequestInfo, left: Left): Response {
  if (left.kind === "provider") return new Response(null, { status: 303, headers: { location: left.url, "cache-control": "no-store" } });
  if (left.kind === "refused") return seeOther(refusedPage("sign_out", info.requestId));
  return seeOther(left.by ? `/sign-in?left=${left.by}` : "/sign-in");
}

const kinds: Partial<Record<AppError["code"] | "internal", RefusalKind>> = { not_found: "unknown", invalid_input: "answer", payload_too_large: "answer", rate_limited: "too_often" };

/** For the routes to which other sites send people's browsers: whatever goes wrong there is a page, and the log has the cause. */
export function respondRefused(info: RequestInfo, error: unknown): Response {
  const { code } = toAppError(error, info.requestId);
  return seeOther(refusedPage(kinds[code] ?? "failed", info.requestId));
}

/** 303: whatever came, the browser goes on by GET. Always to a page of ours. */
export function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { location: new URL(path, env().APP_URL).href, "cache-control": "no-store" } });
}

/** Keeps the secret of a way that begins, for as long as the way may take. */
export function keepSecret(secret: string): Promise<void> {
  return keepForSso(secret, loginMinutes * 60);
}

import { env } from "./env";
import { AppError } from "./errors";

/**
 * Refuses what a page of another origin asks for. Cookies go along from other ports and sibling hosts too, which are of the
 * same site, so they prove nothing. Browsers say themselves where a request comes from, by headers that no page can set: Fetch
 * Metadata (`Sec-Fetch-Site`), or `Origin` where there is no TLS and the former is left out. `X-Forwarded-Host` is not asked.
 * @throws AppError `forbidden`.
 */
export function requireOwnPage(headers: { get: (name: string) => string | null }): void {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  if (site === "same-origin" && origin !== "null") return;
  if (site === null && (origin === null || isOwn(origin, headers.get("host")))) return;
  throw new AppError("forbidden", "This was asked for by a page of another site.", { hint: "Open the portal itself and ask there." });
}

function isOwn(origin: string, host: string | null): boolean {
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  return from.host === host || from.origin === new URL(env().APP_URL).origin;
}

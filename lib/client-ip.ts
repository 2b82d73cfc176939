import type { IncomingMessage } from "node:http";
import { pathHeader } from "./ctx/path-header";
import { requestIdHeader } from "./requests/request-id";

/** Set by the server alone, for both doors; whatever a caller sends under this name is removed. */
export const clientIpHeader = "x-countersign-client-ip";

const forwarded = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto", "x-real-ip"];

const alwaysOurs = new Set([clientIpHeader, pathHeader, requestIdHeader]);
const oursWithoutProxy = new Set([...alwaysOurs, ...forwarded]);

/**
 * Puts the caller's address where both doors read it, and removes what a caller could forge: our own headers always, and
 * the headers of proxies when no proxy is trusted.
 */
export function stampClientIp(request: IncomingMessage, trustedProxyHops: number): void {
  const ip = clientIp(request.socket.remoteAddress, trustedProxyHops === 0 ? undefined : request.headers["x-forwarded-for"], trustedProxyHops);
  const drop = trustedProxyHops === 0 ? oursWithoutProxy : alwaysOurs;
  // The public API reads the raw list, Next the parsed one. Hardly anybody sends such a header.
  const raw = request.rawHeaders;
  for (let at = raw.length - 2; at >= 0; at -= 2) {
    const name = (raw[at] ?? "").toLowerCase();
    if (!drop.has(name)) continue;
    raw.splice(at, 2);
    delete request.headers[name];
  }
  request.headers[clientIpHeader] = ip;
  raw.push(clientIpHeader, ip);
}

/**
 * The caller's address: the socket's, or with `trustedProxyHops` proxies in front the entry that the outermost of them
 * wrote, counted from the right of X-Forwarded-For, since everything further left is the caller's own word.
 */
export function clientIp(socketAddress: string | undefined, xForwardedFor: string | string[] | undefined, trustedProxyHops: number): string {
  const nearest = plain(socketAddress ?? "");
  if (trustedProxyHops === 0) return nearest;
  const entries = [xForwardedFor ?? []].flat().join(",").split(",").map((entry) => plain(entry.trim())).filter(Boolean);
  return entries.at(-trustedProxyHops) ?? entries[0] ?? nearest;
}

/** IPv4 in IPv6 clothes (RFC 4291, 2.5.5.2) as plain IPv4, so that one caller has one address. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}

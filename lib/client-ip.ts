import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
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
 * wrote, counted from the right of X-Forwarded-For, since everything further left is the caller's own word. Empty where it
 * cannot be told: with fewer entries than proxies, the ones that are there may be the caller's own, or a proxy's.
 */
export function clientIp(socketAddress: string | undefined, xForwardedFor: string | string[] | undefined, trustedProxyHops: number): string {
  const nearest = addressIn(socketAddress ?? "");
  const entries = [xForwardedFor ?? []].flat().join(",").split(",").map((entry) => entry.trim()).filter(Boolean);
  // Without any, nobody stands between: a health check, or whoever is on the proxies' own network.
  return trustedProxyHops === 0 || entries.length === 0 ? nearest : addressIn(entries.at(-trustedProxyHops) ?? "");
}

/**
 * One caller has one address: IPv4 in IPv6 clothes (RFC 4291, 2.5.5.2) is plain IPv4, however it is written, and the port
 * and zone that some proxies write go. Empty for what is no address.
 */
function addressIn(text: string): string {
  const bare = /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const address = bare.replace(/%.*$/, "");
  const family = isIP(address);
  if (family !== 6) return family === 4 ? address : "";
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(canonical);
  if (!mapped) return canonical;
  const [high, low] = [Number.parseInt(mapped[1] ?? "", 16), Number.parseInt(mapped[2] ?? "", 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

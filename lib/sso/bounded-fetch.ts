import { BlockList, isIP } from "node:net";
import { checkedLookup as lookupOf, type FetchGuard, type FetchProblem, FetchRefused, guardedFetch, type GuardedRequest } from "@/lib/egress/guarded-fetch";
import { isLoopback, isLoopbackAddress, mayLoopback } from "@/lib/egress/loopback";
import { AppError } from "@/lib/errors";

const family = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");

/** Nobody's identity provider: this network's own machinery (RFC 6890) and where clouds keep the credentials of a machine. */
const never = new BlockList();
for (const [net, bits] of [["0.0.0.0", 8], ["100.100.100.200", 32], ["169.254.0.0", 16], ["192.0.0.0", 24], ["224.0.0.0", 3]] as const) never.addSubnet(net, bits, "ipv4");
for (const [net, bits] of [["::", 128], ["fe80::", 10], ["fd00:ec2::", 32], ["ff00::", 8], ["64:ff9b::", 96], ["2002::", 16]] as const) never.addSubnet(net, bits, "ipv6");

/** Whether an address is one that nobody's server has; also for directories, which like identity providers may be in a company's own network. */
export function isRefused(address: string): boolean {
  return never.check(address, family(address)) || (isLoopbackAddress(address) && !mayLoopback());
}

/**
 * An address of an identity provider, as an admin typed it or another document named it.
 * @throws AppError `invalid_input` unless it is https, or http to this machine where that is allowed.
 */
export function requireProviderAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || url.username || url.password) throw refused("is not an address, like https://idp.example.com/…");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url) && mayLoopback())) throw refused("must begin with https://");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && isRefused(host)) throw refused("leads to an address where no identity provider is");
  return url;
}

export function isProviderAddress(text: string): boolean {
  try {
    requireProviderAddress(text);
    return true;
  } catch {
    return false;
  }
}

const guard: FetchGuard = { admits: (url) => void requireProviderAddress(url.href), connects: (address) => !isRefused(address), timeoutMs: 10_000, mostBytes: 1_048_576, mostRedirects: 0 };

const words: Partial<Record<FetchProblem, string>> = { private: "leads to an address where no identity provider is", time: "did not answer within ten seconds" };

/** Keeps a connection to addresses where an identity provider or a directory may be. */
export const checkedLookup = lookupOf(guard);

/**
 * Asks an identity provider: within ten seconds, at most a megabyte, following no redirect, and nothing of this network's own.
 * Has the shape of `fetch`, for libraries that take one.
 * @throws AppError `invalid_input` with what was wrong, for who typed the address.
 */
export async function boundedFetch(address: string, { method, headers, body }: GuardedRequest = {}): Promise<Response> {
  const url = requireProviderAddress(address);
  const request = { ...(method ? { method } : {}), ...(headers ? { headers } : {}), body };
  return guardedFetch(url, request, guard).catch((cause: unknown) => {
    if (!(cause instanceof FetchRefused)) throw cause;
    throw refused(words[cause.problem] ?? cause.message, cause);
  });
}

function refused(what: string, cause?: unknown): AppError {
  return new AppError("invalid_input", `The identity provider's address ${what}.`, { fields: { address: what }, cause });
}

import { lookup as resolve, type LookupAddress } from "node:dns";
import { request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";

const timeoutMs = 10_000;
const largestBytes = 1_048_576;

const family = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");

/** Nobody's identity provider: this network's own machinery (RFC 6890) and where clouds keep the credentials of a machine. */
const never = new BlockList();
for (const [net, bits] of [["0.0.0.0", 8], ["100.100.100.200", 32], ["169.254.0.0", 16], ["192.0.0.0", 24], ["224.0.0.0", 3]] as const) never.addSubnet(net, bits, "ipv4");
for (const [net, bits] of [["::", 128], ["fe80::", 10], ["fd00:ec2::", 32], ["ff00::", 8], ["64:ff9b::", 96], ["2002::", 16]] as const) never.addSubnet(net, bits, "ipv6");

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** An identity provider on this machine is for development and tests, unless the installation says otherwise. */
export function mayLoopback(): boolean {
  return env().NODE_ENV !== "production" || env().SSO_ALLOW_LOOPBACK;
}

/** Whether an address is one that nobody's server has; also for directories. */
export function isRefused(address: string): boolean {
  return never.check(address, family(address)) || (loopback.check(address, family(address)) && !mayLoopback());
}

export function isLoopback(url: URL): boolean {
  return isLoopbackHost(url.hostname.replace(/^\[|\]$/g, ""));
}

export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || (isIP(host) !== 0 && loopback.check(host, family(host)));
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

/** Looks a name up and keeps only to addresses that may be asked; the connection is made to what was checked here. */
export const checkedLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    const addresses: LookupAddress[] = error ? [] : found;
    const refusal = error ?? (addresses.some(({ address }) => isRefused(address)) || addresses.length === 0 ? refused("leads to an address where no identity provider is") : null);
    if (refusal) return callback(refusal, "", 0);
    if (options.all) return callback(null, addresses);
    const [first] = addresses;
    callback(null, first?.address ?? "", first?.family ?? 4);
  });
};

type Init = { method?: string; headers?: Record<string, string>; body?: unknown; signal?: AbortSignal };

/**
 * Asks an identity provider: within ten seconds, at most a megabyte, following no redirect, and nothing of this network's own.
 * Has the shape of `fetch`, for libraries that take one.
 * @throws AppError `invalid_input` with what was wrong, for who typed the address.
 */
export async function boundedFetch(address: string, init: Init = {}): Promise<Response> {
  const url = requireProviderAddress(address);
  const body = bodyOf(init.body);
  const headers = { ...init.headers, "content-length": String(body.byteLength) };
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise<Response>((resolveWith, reject) => {
    const send = url.protocol === "https:" ? secureRequest : plainRequest;
    const fail = (cause: unknown) => reject(cause instanceof AppError ? cause : refused(signal.aborted ? "did not answer within ten seconds" : "cannot be reached", cause));
    // No kept connection: one that was checked for an earlier answer of the name server must not be used again.
    const request = send(url, { method: init.method ?? "GET", headers, lookup: checkedLookup, agent: false, signal }, (answer) => {
      const status = answer.statusCode ?? 0;
      if (status >= 300 && status < 400) {
        answer.destroy();
        return fail(refused("leads elsewhere; give the address that it leads to"));
      }
      const pieces: Buffer[] = [];
      let bytes = 0;
      answer.on("data", (piece: Buffer) => {
        bytes += piece.byteLength;
        if (bytes > largestBytes) return answer.destroy(refused("answers with more than a megabyte"));
        pieces.push(piece);
      });
      answer.on("error", fail);
      answer.on("end", () => {
        const given = new Headers();
        for (const [name, value] of Object.entries(answer.headers)) for (const each of [value ?? []].flat()) given.append(name, each);
        const empty = status === 204 || status < 200;
        resolveWith(new Response(empty ? null : Buffer.concat(pieces), { status: status < 200 ? 502 : status, headers: given }));
      });
    });
    request.on("error", fail);
    request.end(body);
  });
}

function bodyOf(body: unknown): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === "string" || body instanceof URLSearchParams) return Buffer.from(body.toString());
  if (body instanceof Uint8Array) return Buffer.from(body);
  throw new Error("only text and bytes are sent to an identity provider");
}

function refused(what: string, cause?: unknown): AppError {
  return new AppError("invalid_input", `The identity provider's address ${what}.`, { fields: { address: what }, cause });
}

import { lookup as resolve, type LookupAddress } from "node:dns";
import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "./address";
import { isPrivateName, normalizeHost } from "./host";
import { isLoopback, isLoopbackAddress, mayLoopback } from "./loopback";

export type FetchProblem = "address" | "private" | "redirect" | "size" | "time" | "unreachable";

/** Why nothing came of it. `message` goes on from "The address …". */
export class FetchRefused extends Error {
  readonly problem: FetchProblem;

  constructor(problem: FetchProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

type AddressList = (host: string, done: (error: Error | null, found: LookupAddress[]) => void) => void;

/** What may be asked. `admits` is asked for every URL, `connects` for every address that its name leads to. */
export type FetchGuard = {
  /** @throws FetchRefused */
  admits: (url: URL) => void;
  connects: (address: string) => boolean;
  timeoutMs: number;
  mostBytes: number;
  mostRedirects: number;
  /** Who is asked for addresses; the system unless a test has a name server of its own. */
  lookUp?: AddressList;
};

export type GuardedRequest = { method?: string; headers?: Record<string, string>; body?: unknown; signal?: AbortSignal };

/** What the portal asks in somebody's name: public servers by https, and servers of this machine where it is for development. */
export const publicGuard: FetchGuard = {
  admits(url) {
    if (isLoopback(url) && mayLoopback()) return;
    if (url.protocol !== "https:") throw new FetchRefused("address", "must begin with https://");
    const host = normalizeHost(url.host);
    if (!host.ok) throw new FetchRefused("address", host.problem);
    if (host.kind === "name" ? isPrivateName(host.host) : !isPublicAddress(host.host)) throw new FetchRefused("private", "leads into a private network");
  },
  connects: (address) => isPublicAddress(address) || (isLoopbackAddress(address) && mayLoopback()),
  timeoutMs: 10_000,
  mostBytes: 1_048_576,
  mostRedirects: 3,
};

/**
 * Asks a server that somebody named, within bounds of time, size and redirects. Each redirect is checked as the first address
 * was; a connection is made to just the addresses that were checked, so a name server that answers otherwise a moment later gains
 * nothing; and what goes with the request does not follow it to another server.
 * @throws FetchRefused
 */
export async function guardedFetch(address: string | URL, request: GuardedRequest = {}, guard: FetchGuard = publicGuard): Promise<Response> {
  const timeout = AbortSignal.timeout(guard.timeoutMs);
  const signal = request.signal ? AbortSignal.any([timeout, request.signal]) : timeout;
  let url = readUrl(address);
  let { method = "GET", headers = {} } = request;
  let body = bodyOf(request.body);
  for (let hop = 0; ; hop++) {
    guard.admits(url);
    const answer = await ask(url, { method, headers, body, signal }, guard);
    const status = answer.statusCode ?? 0;
    const leads = status >= 300 && status < 400 ? answer.headers.location : undefined;
    if (leads === undefined && status !== 304 && status >= 300 && status < 400) return refuse(answer, "redirect", "leads elsewhere without saying where");
    if (leads === undefined) return read(answer, guard, signal);
    answer.destroy();
    if (hop >= guard.mostRedirects) throw new FetchRefused("redirect", guard.mostRedirects === 0 ? "leads elsewhere; give the address that it leads to" : `leads elsewhere more than ${guard.mostRedirects} times`);
    const next = readUrl(URL.canParse(leads, url) ? new URL(leads, url) : leads);
    if (url.protocol === "https:" && next.protocol !== "https:") throw new FetchRefused("redirect", "leads from https to a connection that anybody can read");
    if (next.origin !== url.origin) headers = withoutSecrets(headers);
    if (status !== 307 && status !== 308 && method !== "HEAD") [method, body] = ["GET", Buffer.alloc(0)];
    url = next;
  }
}

function readUrl(address: string | URL): URL {
  const url = URL.canParse(address.toString()) ? new URL(address) : null;
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) throw new FetchRefused("address", "is not an address, like https://example.com/…");
  if (url.username || url.password) throw new FetchRefused("address", "must not have a user name or password in it");
  return url;
}

/** Only what says how to read: whatever proves who asks stays with whom it was meant for. */
function withoutSecrets(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => ["accept", "accept-language", "content-type", "user-agent"].includes(name.toLowerCase())));
}

type Sent = { method: string; headers: Record<string, string>; body: Buffer; signal: AbortSignal };

function ask(url: URL, { method, headers, body, signal }: Sent, guard: FetchGuard): Promise<IncomingMessage> {
  const literal = url.hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolveWith, reject) => {
    const fail = (cause: unknown) => reject(failed(cause, signal, guard, "cannot be reached"));
    // A host that is an address is not looked up, so it is asked for here.
    if (normalizeHost(url.host).ok && isAddress(literal) && !guard.connects(literal)) return fail(new FetchRefused("private", "leads into a private network"));
    const send = url.protocol === "https:" ? secureRequest : plainRequest;
    // No kept connection: one that was checked for an earlier answer of the name server must not be used again.
    const request = send(url, { method, headers: { ...headers, "content-length": String(body.byteLength) }, lookup: checkedLookup(guard), agent: false, signal }, resolveWith);
    request.on("error", fail);
    request.end(body);
  });
}

function isAddress(host: string): boolean {
  const read = normalizeHost(host);
  return read.ok && read.kind !== "name";
}

function failed(cause: unknown, { aborted }: AbortSignal, { timeoutMs }: FetchGuard, otherwise: string): FetchRefused {
  if (cause instanceof FetchRefused) return cause;
  return aborted ? new FetchRefused("time", `did not answer within ${timeoutMs / 1_000} seconds`, { cause }) : new FetchRefused("unreachable", otherwise, { cause });
}

const bySystem: AddressList = (host, done) => resolve(host, { all: true }, (error, found) => done(error, error ? [] : found));

/** Looks a name up and keeps only to addresses that may be asked; the connection is made to what was checked here. */
export function checkedLookup({ connects, lookUp = bySystem }: Pick<FetchGuard, "connects" | "lookUp">): LookupFunction {
  return (hostname, options, callback) => {
    lookUp(hostname, (error, found) => {
      const refusal = error ?? (found.length === 0 || found.some(({ address }) => !connects(address)) ? new FetchRefused("private", "leads into a private network") : null);
      if (refusal) return callback(refusal, "", 0);
      if (options.all) return callback(null, found);
      const [first] = found;
      callback(null, first?.address ?? "", first?.family ?? 4);
    });
  };
}

function read(answer: IncomingMessage, guard: FetchGuard, signal: AbortSignal): Promise<Response> {
  return new Promise((resolveWith, reject) => {
    const status = answer.statusCode ?? 0;
    const pieces: Buffer[] = [];
    let bytes = 0;
    answer.on("data", (piece: Buffer) => {
      bytes += piece.byteLength;
      if (bytes > guard.mostBytes) return answer.destroy(new FetchRefused("size", `answers with more than ${guard.mostBytes === 1_048_576 ? "a megabyte" : `${guard.mostBytes} bytes`}`));
      pieces.push(piece);
    });
    answer.on("error", (cause) => reject(failed(cause, signal, guard, "ends in the middle of its answer")));
    answer.on("end", () => {
      const headers = new Headers();
      for (const [name, value] of Object.entries(answer.headers)) for (const each of [value ?? []].flat()) headers.append(name, each);
      const empty = status === 204 || status === 304 || status < 200;
      resolveWith(new Response(empty ? null : Buffer.concat(pieces), { status: status < 200 ? 502 : status, headers }));
    });
  });
}

function refuse(answer: IncomingMessage, problem: FetchProblem, message: string): never {
  answer.destroy();
  throw new FetchRefused(problem, message);
}

function bodyOf(body: unknown): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === "string" || body instanceof URLSearchParams) return Buffer.from(body.toString());
  if (body instanceof Uint8Array) return Buffer.from(body);
  throw new Error("only text and bytes are sent");
}

import { stripVTControlCharacters } from "node:util";
import { AppError, databaseAwayDigest } from "@/lib/errors";
import { log } from "@/lib/log";
import { routeName } from "@/lib/metrics/route-name";
import { partIsAway } from "@/lib/outage";
import { requestIdHeader } from "./request-id";

type Request = { path: string; method: string; headers: Record<string, string | string[] | undefined> };
type Place = { routeType: string };

// Next compiles pages into several bundles, and writes to the console from none of them.
const shared = globalThis as typeof globalThis & { countersignToldErrors?: WeakSet<object> };

/** What a page, a route or an action of Next threw, with its request. `digest` is the reference that the page shows. */
export function tellPageError(error: unknown, { path, method, headers }: Request, { routeType }: Place): void {
  const requestId = [headers[requestIdHeader]].flat()[0];
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : undefined;
  if (error instanceof Error) (shared.countersignToldErrors ??= new WeakSet()).add(error);
  if (digest === databaseAwayDigest) return partIsAway("database", error, requestId === undefined ? {} : { requestId });
  const where = { requestId, method: method.slice(0, 20), route: routeName(path), in: routeType, digest };
  if (error instanceof Error && refusedByNext.test(error.message)) return log.warn({ ...where, why: error.message.slice(0, 200) }, "an action was refused");
  log[error instanceof AppError ? "warn" : "error"]({ err: error, ...where }, "a page failed");
}

/** What anybody can send: from a page of another origin, or for an action that this version does not have. */
const refusedByNext = /^(Invalid Server Actions request|Failed to find Server Action)/;

/** Next writes an error to the console first and tells of it with its request right after that. */
const tellWithinMs = 1_000;

/**
 * Makes lines of the log of what Next and others write to the console as warnings and errors, but not of what
 * `tellPageError` tells.
 */
export function takeConsole(target: Pick<Console, "error" | "warn"> = console): void {
  for (const level of ["error", "warn"] as const) {
    target[level] = (...given: unknown[]) => {
      const error = given.find((part) => part instanceof Error);
      const text = given.filter((part) => typeof part === "string").join(" ");
      const msg = stripVTControlCharacters(text).replace("⨯", "").trim().slice(0, 2_000);
      const write = () => {
        if (!error || !shared.countersignToldErrors?.has(error)) log[level](error ? { err: error } : {}, msg || "something failed outside of a request");
      };
      if (error) setTimeout(write, tellWithinMs);
      else write();
    };
  }
}

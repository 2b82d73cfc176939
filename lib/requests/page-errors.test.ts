import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AppError, databaseAway } from "@/lib/errors";
import { log } from "@/lib/log";
import { newId } from "@/lib/id";
import { partIsBack } from "@/lib/outage";
import { takeConsole, tellPageError } from "./page-errors";

type Line = { level: string; msg: unknown; [field: string]: unknown };
let lines: Line[] = [];

beforeEach(() => {
  lines = [];
  vi.useFakeTimers();
  for (const level of ["error", "warn", "info"] as const) {
    vi.spyOn(log, level).mockImplementation((details: unknown, msg?: string) => void lines.push({ level, msg, ...(details as object) }));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const requestId = newId();
const request = { path: "/invitation/token-7f3a?next=x", method: "GET", headers: { "x-countersign-request-id": requestId } };
const page = { routeType: "render" };

it("a page that failed is told once, with its request, route and reference, and without its address", () => {
  const consoled = { error: vi.fn(), warn: vi.fn() };
  takeConsole(consoled);
  const error = Object.assign(new Error("no such thing"), { digest: "12345" });
  consoled.error("\u001b[31m⨯\u001b[39m", error);
  tellPageError(error, request, page);
  vi.runAllTimers();
  expect(lines).toEqual([{ level: "error", msg: "a page failed", err: error, requestId, method: "GET", route: "/invitation", in: "render", digest: "12345" }]);
});

it("a refusal is a warning, and a database that is away is told once for all pages", () => {
  tellPageError(new AppError("conflict", "Changed meanwhile."), request, page);
  for (let i = 0; i < 3; i++) tellPageError(databaseAway(new Error("refused")), request, page);
  partIsBack("database");
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([["warn", "a page failed"], ["error", "the database is away"], ["info", "the database is back"]]);
});

it("what Next refuses of anybody's is one short line", () => {
  const error = new Error("Invalid Server Actions request.");
  tellPageError(error, request, { routeType: "action" });
  expect(lines).toEqual([{ level: "warn", msg: "an action was refused", why: error.message, requestId, method: "GET", route: "/invitation", in: "action", digest: undefined }]);
});

it("whatever else is written to the console is a line of the log", () => {
  const consoled = { error: vi.fn(), warn: vi.fn() };
  takeConsole(consoled);
  const error = new Error("elsewhere");
  consoled.error(" \u001b[1m⨯\u001b[22m", "uncaughtException: ", error);
  consoled.error(error);
  consoled.warn("careful", { token: "token-7f3a" });
  vi.runAllTimers();
  expect(lines).toEqual([
    { level: "warn", msg: "careful" },
    { level: "error", msg: "uncaughtException:", err: error },
    { level: "error", msg: "something failed outside of a request", err: error },
  ]);
});

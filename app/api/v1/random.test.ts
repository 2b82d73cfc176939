import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { api } from "./app";
import { Problem } from "./problem-schema";
import { caller } from "./testing";

useTestDatabase();

const id = newId();
const paths = ["/actions", "/me", `/actions/${id}`, `/actions/${id}/grant`, `/actions/${id}/outcome`, `/actions/${id}/cancel`, "/runs", `/runs/${id}`,
  `/runs/${id}/output`, `/runs/${id}/files`, `/runs/${id}/files/x`, "/budget-requests", `/budget-requests/${id}`];
const path = fc.oneof(
  fc.constantFrom(...paths),
  fc.webPath().map((text) => text || "/"),
  fc.tuple(fc.constantFrom("/actions/", "/runs/"), fc.string({ maxLength: 40 })).map(([base, text]) => base + encodeURIComponent(text.toWellFormed())),
  fc.constantFrom("/actions/%zz", "/actions/%00", "/actions//grant", "/runs/%ff/files/..%2f..%2fetc", `/actions/${id}/wait?timeoutSeconds=0`, "/actions/__proto__"),
);
const query = fc.oneof(fc.constant(""), fc.webQueryParameters().map((text) => `?${text}`), fc.constantFrom("?size=%00", "?after=W10", "?size=1e9", "?__proto__=1", "?status=running&status=x"));
const method = fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS");

// Values that are nearly right reach deeper than noise does.
const cost = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-1, 0.1, 9e15, 2 ** 53, "1", null));
const tool = fc.oneof(fc.constantFrom("crm.read", "sandbox.python", "mail.send", "SANDBOX.PYTHON", "", "a..b", "\u0000"), fc.string());
const nearly = fc.record(
  {
    tool, operation: fc.oneof(fc.string(), fc.constant("delete")), resource: fc.string({ unit: "binary" }), arguments: fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue())),
    estimatedCostMicros: cost, declaredRisk: fc.constantFrom("LOW", "CRITICAL", "low", 1), purpose: fc.string({ unit: "binary" }), status: fc.constantFrom("succeeded", "x"),
    costMicros: cost, amountMicros: cost, reason: fc.string(), budgetId: fc.constantFrom(id, "x"),
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  fc.constant(undefined),
  fc.json(),
  nearly.map((value) => JSON.stringify(value)),
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: "binary" }).map((text) => text.toWellFormed()),
);
const headers = fc.record(
  {
    "idempotency-key": fc.oneof(fc.constantFrom("a", "b", ""), fc.stringMatching(/^[ -~\t\u0080-\u00ff]{0,300}$/)),
    "content-type": fc.constantFrom("application/json", "application/json; charset=utf-8", "text/plain", "multipart/form-data", "application/json;charset=\"", ";"),
    "content-length": fc.constantFrom("0", "999999999999", "-1", "x"),
    "content-encoding": fc.constantFrom("gzip", "identity"),
    authorization: fc.oneof(fc.constantFrom("Bearer", "Bearer x", "Basic eDp5", ""), fc.stringMatching(/^[ -~]{0,80}$/)),
  },
  { requiredKeys: [] },
);

// One or two things wrong in what is otherwise a good submission.
const rare = <T, U>(good: T, bad: fc.Arbitrary<U>) => fc.oneof({ weight: 9, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: bad });
const almost = fc.record({
  tool: rare("crm.read", tool),
  arguments: rare({ n: 1 }, fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue(), { maxKeys: 5 })),
  estimatedCostMicros: rare(1, cost),
  purpose: rare("why", fc.string({ unit: "binary" })),
  resource: rare("", fc.string({ unit: "binary" })),
});
const sandboxed = fc.record({
  tool: fc.constantFrom("sandbox.python", "sandbox.node", "sandbox.shell"),
  estimatedCostMicros: fc.constant(0),
  arguments: fc.record(
    {
      code: rare("1", fc.string({ unit: "binary" })),
      args: rare(["a"], fc.array(fc.string())),
      stdin: rare("", fc.string({ unit: "binary" })),
      files: rare([{ name: "a.csv", content: "a" }], fc.array(fc.record({ name: fc.string(), content: fc.string() }), { maxLength: 3 })),
      timeoutSeconds: rare(1, fc.integer()),
    },
    { requiredKeys: ["code"] },
  ),
});

describe("random input", () => {
  it("never makes an internal error, and every refusal is a problem document", async () => {
    const agent = await caller(await tenant());
    const seen = new Set<number>();
    const check = async (verb: string, address: string, sent: Record<string, string>, payload: BodyInit | undefined) => {
      const response = await api.request(`http://localhost/api/v1${address}`, {
        method: verb,
        headers: { "content-type": "application/json", "idempotency-key": newId(), ...sent },
        ...(payload === undefined || verb === "GET" || verb === "HEAD" ? {} : { body: payload }),
      });
      seen.add(response.status);
      expect(response.status).toBeLessThan(500);
      expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
      if (response.status < 400 || verb === "HEAD") return;
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(Problem.parse(await response.json()).status).toBe(response.status);
    };
    const key = { authorization: `Bearer ${agent.key}` };
    await fc.assert(
      fc.asyncProperty(method, path, query, headers, body, fc.boolean(), (verb, where, search, sent, payload, known) =>
        check(verb, where + search, { ...sent, ...(known ? key : {}) }, payload as BodyInit | undefined),
      ),
      { numRuns: 800 },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(almost, sandboxed), rare({}, headers), (value, sent) => check("POST", "/actions", { ...sent, ...key }, JSON.stringify(value))),
      { numRuns: 500 },
    );
    // After all of it, a good call is answered as ever; and the rarest refusal is not left to chance.
    await check("GET", "/me", key, undefined);
    await check("POST", "/actions", { ...key, "content-length": "999999999999" }, "{}");
    // Otherwise the input was too far off to test anything.
    expect([...seen]).toEqual(expect.arrayContaining([200, 201, 400, 401, 404, 405, 413, 415]));
  }, 120_000);
});

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { NextRequest } from "next/server";
import { describe, expect, it, vi } from "vitest";
import type { ServerAction } from "@/lib/action";

process.env.DATABASE_URL ??= "postgres://test@127.0.0.1:1/test";
process.env.AUTH_SECRET ??= "test-secret-test-secret-test-secret-00";

const foreign = { "sec-fetch-site": "cross-site", origin: "https://evil.test", host: "localhost:3000", "x-forwarded-host": "evil.test" };

vi.mock("next/headers", () => ({
  headers: async () => new Headers(foreign),
  cookies: async () => ({ get: () => ({ value: "the victim's session" }), getAll: () => [], set: () => undefined }),
}));

const app = fileURLToPath(new URL(".", import.meta.url));
const sources = readdirSync(app, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".test.ts"));

/** The files from which the browser may call functions. A part of a file that says so is a hole in this list, so there is none. */
const actionFiles = sources.filter((file) => readFileSync(path.join(app, file), "utf8").includes('"use server"'));
// What the job engine and chats call is signed; their own tests ask that nothing else is done for.
const signed = ["api/inngest/route.ts", "api/chat/[id]/route.ts"];
const routeFiles = sources.filter((file) => path.basename(file) === "route.ts" && !signed.includes(file));

describe("a page of another origin, with the victim's cookies", () => {
  it("finds functions to call in files of their own only", () => {
    const inline = actionFiles.filter((file) => !readFileSync(path.join(app, file), "utf8").startsWith('"use server"'));
    expect([actionFiles.length > 10, inline]).toEqual([true, []]);
  });

  it.each(actionFiles)("gets nothing done by the actions of %s", async (file) => {
    const actions: Record<string, ServerAction<unknown>> = await import(path.join(app, file));
    for (const [name, act] of Object.entries(actions)) {
      const answer = await act(null, {}).catch((error: unknown) => ({ ok: false, error }));
      expect([name, answer]).toEqual([name, { ok: false, error: expect.objectContaining({ code: "forbidden" }) }]);
    }
  });

  it.each(routeFiles)("gets nothing done by the writing methods of %s", async (file) => {
    const methods: Record<string, unknown> = await import(path.join(app, file));
    const address = `http://localhost:3000/${path.dirname(file).replaceAll(/\([^)]*\)\/|\[+\.*|\]/g, "")}`;
    const isForm = file.includes("nextauth");
    const body = isForm ? "email=a%40b.test&password=guess" : "{}";
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      const answer = methods[method];
      if (typeof answer !== "function") continue;
      const request = new NextRequest(address, {
        method,
        body,
        headers: { ...foreign, cookie: "countersign.session.3000=the-victim", "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json", "content-length": String(body.length) },
      });
      const response: Response = await answer(request, { params: Promise.resolve({ nextauth: ["callback", "credentials"] }) });
      // 400, 401: wants a key or a signature, which no browser sends by itself. 404: not an address of the public API.
      // What comes back from an identity provider is told to a person: on a page that says why it was refused.
      const told = response.status === 303 && new URL(response.headers.get("location") ?? "", address).pathname === "/sso/refused";
      expect(told ? 403 : response.status, `${method} answered ${response.status}`).toBeOneOf([400, 401, 403, 404]);
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});

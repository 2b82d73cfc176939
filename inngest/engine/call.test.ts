import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { callApp } from "./call";
import { isSignedBy, sign } from "./keys";

const key = "signkey-test-00ff";
let answer: (body: string) => { status: number; headers?: Record<string, string>; body: string };
let received: { signature: string | undefined; body: string };
let url: URL;

const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks).toString();
    received = { signature: request.headers["x-inngest-signature"]?.toString(), body };
    const { status, headers, body: text } = answer(body);
    response.writeHead(status, headers).end(text);
  });
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/inngest`);
});
afterAll(() => server.close());

const call = () => callApp(url, { b: 1, a: "ü" }, key, new AbortController().signal);
const signed = (status: number, body: string, headers: Record<string, string> = {}) => {
  answer = () => ({ status, body, headers: { "x-inngest-sdk": "test", "x-inngest-signature": sign(body, key), ...headers } });
};

it("signs the canonical body it sends", async () => {
  signed(200, "1");
  expect(await call()).toEqual({ kind: "returned", value: 1 });
  expect(received.body).toBe('{"a":"ü","b":1}');
  expect(isSignedBy(received.signature, received.body, key)).toBe(true);
});

it("reads operations, errors and when to try again from signed answers", async () => {
  signed(206, '[{"op":"Sleep"}]');
  expect(await call()).toMatchObject({ kind: "operations", operations: [{ op: "Sleep" }] });
  signed(400, '{"name":"NonRetriableError","message":"no"}', { "x-inngest-no-retry": "true" });
  expect(await call()).toMatchObject({ kind: "threw", isFinal: true, error: { message: "no" } });
  signed(500, '{"message":"later"}', { "x-inngest-no-retry": "false", "retry-after": "2026-05-01T00:00:00Z" });
  expect(await call()).toMatchObject({ kind: "threw", isFinal: false, retryAt: new Date("2026-05-01T00:00:00Z") });
});

it("believes no answer that is not signed with the key, nor an old one", async () => {
  answer = () => ({ status: 200, body: '"forged"' });
  expect(await call()).toMatchObject({ kind: "away" });
  signed(200, '"forged"', { "x-inngest-signature": sign('"forged"', "signkey-test-00aa") });
  expect(await call()).toMatchObject({ kind: "away" });
  signed(200, '"replayed"', { "x-inngest-signature": sign('"replayed"', key, Date.now() - 600_000) });
  expect(await call()).toMatchObject({ kind: "away" });
});

it("takes an app that is gone, that restarts or that sits behind a failing proxy for away, not for failed", async () => {
  for (const status of [401, 404, 502, 503]) {
    answer = () => ({ status, body: "" });
    expect(await call()).toMatchObject({ kind: "away" });
  }
  const gone = new URL("http://127.0.0.1:1/");
  expect(await callApp(gone, {}, key, new AbortController().signal)).toMatchObject({ kind: "away" });
});

it("counts what a middleware of the app throws, which the SDK does not sign, as an error of the function", async () => {
  answer = () => ({ status: 500, body: '{"type":"internal","message":"middleware"}' });
  expect(await call()).toMatchObject({ kind: "threw", isFinal: false, error: { message: "middleware" } });
});

it("reads no answer without bounds", async () => {
  signed(200, JSON.stringify("x".repeat(9_000_000)));
  expect(await call()).toMatchObject({ kind: "threw", isFinal: true });
});

it("is away when it is told to stop", async () => {
  const aborter = new AbortController();
  answer = () => {
    aborter.abort(new Error("stopping"));
    return { status: 200, body: "" };
  };
  expect(await callApp(url, {}, key, aborter.signal)).toMatchObject({ kind: "away" });
});

import { createServer, get, type IncomingMessage } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { clientIp, clientIpHeader, stampClientIp } from "./client-ip";

test("without a trusted proxy only the socket counts", () => {
  expect(clientIp("203.0.113.9", "198.51.100.1", 0)).toBe("203.0.113.9");
});

test("behind proxies the entry that the outermost trusted one wrote counts, not what the caller put before it", () => {
  expect(clientIp("10.0.0.1", "6.6.6.6, 198.51.100.1", 1)).toBe("198.51.100.1");
  expect(clientIp("10.0.0.1", ["6.6.6.6, 198.51.100.1", "10.0.0.2"], 2)).toBe("198.51.100.1");
});

test("a proxy that sends no header leaves the socket's address", () => {
  expect(clientIp("::ffff:10.0.0.1", undefined, 1)).toBe("10.0.0.1");
});

async function received(hops: number, headers: Record<string, string>): Promise<IncomingMessage> {
  const server = createServer((request, response) => {
    stampClientIp(request, hops);
    response.end();
    server.emit("stamped", request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  get({ port, headers }, (response) => response.resume());
  const [request] = await once(server, "stamped");
  server.close();
  return request;
}

test("a caller cannot forge the header, in either form in which it is read", async () => {
  const request = await received(0, { "X-Countersign-Client-IP": "6.6.6.6", "X-Forwarded-Host": "evil.example", "X-Countersign-Path": "/audit", "X-Countersign-Request-Id": "mine", Accept: "text/plain" });
  expect(request.headers).toMatchObject({ [clientIpHeader]: "127.0.0.1", accept: "text/plain" });
  expect(request.headers["x-forwarded-host"]).toBeUndefined();
  expect(request.headers["x-countersign-path"]).toBeUndefined();
  expect(request.headers["x-countersign-request-id"]).toBeUndefined();
  const raw = new Headers();
  for (let at = 0; at < request.rawHeaders.length; at += 2) raw.append(request.rawHeaders[at] ?? "", request.rawHeaders[at + 1] ?? "");
  expect(raw.get(clientIpHeader)).toBe("127.0.0.1");
  expect(raw.has("x-forwarded-host")).toBe(false);
});

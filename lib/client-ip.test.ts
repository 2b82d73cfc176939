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

test("what the caller wrote never counts, however many entries there are", () => {
  for (const hops of [0, 1, 2]) {
    const proxies = ["10.0.0.2"].slice(0, Math.max(0, hops - 1));
    for (const forged of ["6.6.6.6", "6.6.6.6, 7.7.7.7", "127.0.0.1,,", "unknown", "::1", ",", "6.6.6.6, ".repeat(200)]) {
      const header = hops === 0 ? forged : [forged, "198.51.100.1", ...proxies].join(", ");
      expect(clientIp(hops === 0 ? "198.51.100.1" : "10.0.0.1", header, hops), `${hops} ${forged.slice(0, 30)}`).toBe("198.51.100.1");
    }
  }
});

test("with fewer entries than proxies the address cannot be told, rather than be what somebody wrote or a proxy's", () => {
  expect(clientIp("10.0.0.1", "6.6.6.6", 2)).toBe("");
  expect(clientIp("10.0.0.1", "6.6.6.6, 198.51.100.1", 3)).toBe("");
  expect(clientIp("10.0.0.1", ["", " , "], 1)).toBe("10.0.0.1");
});

test("one address has one form", () => {
  const forms: [string, string][] = [
    ["::ffff:198.51.100.1", "198.51.100.1"], ["::FFFF:c633:6401", "198.51.100.1"], ["0:0:0:0:0:ffff:c633:6401", "198.51.100.1"],
    ["198.51.100.1:443", "198.51.100.1"], ["[2001:db8::1]:443", "2001:db8::1"], ["[2001:DB8:0::1]", "2001:db8::1"],
    ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"], ["fe80::1%eth0", "fe80::1"], ["[fe80::1%25eth0]:8080", "fe80::1"],
  ];
  for (const [written, address] of forms) {
    expect(clientIp("10.0.0.1", written, 1), written).toBe(address);
    expect(clientIp(written, "6.6.6.6", 0), written).toBe(address);
  }
});

test("what is no address is none", () => {
  for (const garbage of ["unknown", "_hidden", "1.2.3", "256.1.1.1", "01.2.3.4", "0x7f.1", "1.2.3.4/8", "::1::", "[::1", "<script>", "1.2.3.4:x", "%eth0"]) {
    expect(clientIp("10.0.0.1", `198.51.100.1, ${garbage}`, 1), garbage).toBe("");
  }
  expect(clientIp(undefined, undefined, 0)).toBe("");
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

test("through the server itself, only as many entries count as proxies are trusted", async () => {
  const forged = { "X-Forwarded-For": "6.6.6.6, 198.51.100.1, 10.0.0.2", "X-Real-IP": "6.6.6.6", Forwarded: "for=6.6.6.6", "X-Countersign-Client-IP": "6.6.6.6" };
  const seen = async (hops: number) => (await received(hops, forged)).headers[clientIpHeader];
  expect([await seen(0), await seen(1), await seen(2), await seen(4)]).toEqual(["127.0.0.1", "10.0.0.2", "198.51.100.1", ""]);
});

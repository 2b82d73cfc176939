import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { env } from "@/lib/env";
import { boundedFetch, requireProviderAddress } from "./bounded-fetch";

process.env.DATABASE_URL ??= "postgres://test@127.0.0.1:1/test";
process.env.AUTH_SECRET ??= "test-secret-test-secret-test-secret-00";

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
  env().NODE_ENV = "test";
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe("an identity provider's address", () => {
  it.each([
    "http://idp.example.test/", "ftp://idp.example.test/", "file:///etc/passwd", "javascript:alert(1)", "not an address", "https://user:secret@idp.example.test/",
    "https://169.254.169.254/latest/", "https://[fe80::1]/", "https://[::ffff:169.254.169.254]/", "https://[fd00:ec2::254]/", "https://100.100.100.200/", "https://0.0.0.0/",
    "https://0/", "https://0xa9fea9fe/", "https://2852039166/", "https://224.0.0.1/", "https://[64:ff9b::a9fe:a9fe]/",
  ])("%s is refused", (address) => {
    expect(() => requireProviderAddress(address)).toThrow(/identity provider's address/);
  });

  it("may be on this machine only outside of production, or where the installation says so", () => {
    for (const address of ["http://127.0.0.1:1/", "http://localhost:1/", "https://127.0.0.1:1/", "https://[::1]/"]) {
      env().NODE_ENV = "test";
      expect(requireProviderAddress(address)).toBeInstanceOf(URL);
      env().NODE_ENV = "production";
      expect(() => requireProviderAddress(address), address).toThrow();
      env().SSO_ALLOW_LOOPBACK = true;
      expect(requireProviderAddress(address)).toBeInstanceOf(URL);
      env().SSO_ALLOW_LOOPBACK = false;
    }
  });

  it("is not asked when its name leads to this machine", async () => {
    env().NODE_ENV = "production";
    await expect(boundedFetch("https://localhost:1/")).rejects.toThrow(/where no identity provider is/);
  });
});

describe("asking it", () => {
  it("gives the answer, and sends what is to be sent", async () => {
    const address = await serve((request, response) => {
      let body = "";
      request.on("data", (piece) => (body += String(piece)));
      request.on("end", () => response.writeHead(201, { "x-seen": `${request.method} ${body}` }).end("yes"));
    });
    const answer = await boundedFetch(address, { method: "POST", body: new URLSearchParams({ a: "1" }) });
    expect([answer.status, answer.headers.get("x-seen"), await answer.text()]).toEqual([201, "POST a=1", "yes"]);
  });

  it("follows no redirect", async () => {
    let asked = 0;
    const target = await serve((_, response) => {
      asked += 1;
      response.end("secret");
    });
    const address = await serve((_, response) => response.writeHead(302, { location: target }).end());
    await expect(boundedFetch(address)).rejects.toThrow(/leads elsewhere/);
    expect(asked).toBe(0);
  });

  it("takes no more than a megabyte, and says when nobody is there", async () => {
    const address = await serve((_, response) => {
      response.writeHead(200);
      const more = () => response.write(Buffer.alloc(65_536)) ? setImmediate(more) : response.once("drain", more);
      response.on("error", () => {});
      more();
    });
    await expect(boundedFetch(address)).rejects.toThrow(/more than a megabyte/);
    await expect(boundedFetch("http://127.0.0.1:1/")).rejects.toThrow(/cannot be reached/);
  });
});

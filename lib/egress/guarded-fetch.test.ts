import { Resolver } from "node:dns";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { env } from "@/lib/env";
import { type FetchGuard, guardedFetch, publicGuard } from "./guarded-fetch";
import { nameServer } from "./testing";

process.env.DATABASE_URL ??= "postgres://test@127.0.0.1:1/test";
process.env.AUTH_SECRET ??= "test-secret-test-secret-test-secret-00";

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
  env().NODE_ENV = "test";
});

async function serve(listener: RequestListener, host = "127.0.0.1", port = 0): Promise<number> {
  const server: Server = createServer(listener);
  open.push(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return (server.address() as AddressInfo).port;
}

/** Addresses come from a real name server; of this machine's, 127.0.0.1 stands for the public internet and the others for what is private. */
async function named(answer: Parameters<typeof nameServer>[0]): Promise<FetchGuard & { asked: () => number }> {
  let asked = 0;
  const names = await nameServer((name, times) => {
    asked = times;
    return answer(name, times);
  });
  open.push(names.stop);
  const resolver = new Resolver();
  resolver.setServers([names.address]);
  return {
    ...publicGuard,
    admits: () => {},
    connects: (address) => address === "127.0.0.1",
    lookUp: (host, done) => resolver.resolve4(host, (error, found) => done(error, (found ?? []).map((address) => ({ address, family: 4 })))),
    asked: () => asked,
  };
}

const redirectTo = (location: string, status = 302): RequestListener => (_, response) => void response.writeHead(status, { location }).end();

describe("what the portal fetches in somebody's name", () => {
  it("is fetched from the address that was checked, and its name asked once", async () => {
    const port = await serve((request, response) => response.end(`${request.method} ${request.headers.host}`));
    const guard = await named(() => ["127.0.0.1"]);
    const answer = await guardedFetch(`http://hooks.example.com:${port}/x`, { method: "POST", body: "{}" }, guard);
    expect([await answer.text(), guard.asked()]).toEqual([`POST hooks.example.com:${port}`, 1]);
  });

  it("is not fetched when the name server answers otherwise a moment later", async () => {
    let secretsRead = 0;
    const port = await serve((_, response) => response.end("public"));
    await serve((_, response) => {
      secretsRead++;
      response.end("secret");
    }, "127.0.0.2", port);
    const guard = await named((_name, asked) => (asked === 1 ? ["127.0.0.1"] : ["127.0.0.2"]));
    expect(await (await guardedFetch(`http://rebind.example.com:${port}/`, {}, guard)).text()).toBe("public");
    await expect(guardedFetch(`http://rebind.example.com:${port}/`, {}, guard)).rejects.toMatchObject({ problem: "private" });
    // Also between two hops of one request.
    const hops = await named((_name, asked) => (asked === 1 ? ["127.0.0.1"] : ["127.0.0.2"]));
    const redirecting = await serve(redirectTo("/again"));
    await expect(guardedFetch(`http://rebind.example.com:${redirecting}/`, {}, hops)).rejects.toMatchObject({ problem: "private" });
    expect([secretsRead, hops.asked()]).toEqual([0, 2]);
  });

  it("is not fetched when one of several addresses is private, or there is none", async () => {
    const port = await serve((_, response) => response.end("yes"));
    for (const addresses of [["127.0.0.1", "127.0.0.2"], ["169.254.169.254"], []]) {
      await expect(guardedFetch(`http://x.example.com:${port}/`, {}, await named(() => addresses))).rejects.toThrow();
    }
  });

  it.each(["http://169.254.169.254/latest/", "https://169.254.169.254/latest/", "https://[::ffff:a9fe:a9fe]/", "https://2852039166/", "https://10.0.0.1/", "https://metadata.google.internal/", "https://user@example.com/", "ftp://example.com/", "https://0x7f.0.0.2.example.internal/"])(
    "is not fetched where a redirect leads to %s",
    async (location) => {
      const port = await serve(redirectTo(location));
      await expect(guardedFetch(`http://127.0.0.1:${port}/`)).rejects.toHaveProperty("problem", expect.stringMatching(/^(private|address)$/));
      const guard = await named(() => []);
      await expect(guardedFetch(`http://127.0.0.1:${port}/`, {}, guard)).rejects.toThrow();
    },
  );

  it("follows a few redirects, and no circle", async () => {
    let asked = 0;
    const circle = await serve((request, response) => {
      asked++;
      redirectTo("/again")(request, response as never);
    });
    await expect(guardedFetch(`http://127.0.0.1:${circle}/`)).rejects.toMatchObject({ problem: "redirect" });
    expect(asked).toBe(publicGuard.mostRedirects + 1);
  });

  it("takes nothing that proves who asks to another server, and sends what was posted on only where it is told to", async () => {
    const seen: unknown[] = [];
    const other = await serve((request, response) => {
      let body = "";
      request.on("data", (piece) => (body += String(piece)));
      request.on("end", () => {
        seen.push([request.method, body, request.headers.authorization, request.headers["x-signature"]]);
        response.end();
      });
    });
    for (const status of [302, 307]) {
      const first = await serve(redirectTo(`http://127.0.0.1:${other}/`, status));
      await guardedFetch(`http://127.0.0.1:${first}/`, { method: "POST", body: "paid", headers: { authorization: "Bearer secret", "x-signature": "secret" } });
    }
    expect(seen).toEqual([["GET", "", undefined, undefined], ["POST", "paid", undefined, undefined]]);
  });

  it("is bounded in size and in time", async () => {
    const endless = await serve((_, response) => {
      response.writeHead(200);
      const more = () => (response.write(Buffer.alloc(65_536)) ? setImmediate(more) : response.once("drain", more));
      response.on("error", () => {});
      more();
    });
    await expect(guardedFetch(`http://127.0.0.1:${endless}/`)).rejects.toMatchObject({ problem: "size" });
    const silent = await serve(() => {});
    await expect(guardedFetch(`http://127.0.0.1:${silent}/`, {}, { ...publicGuard, timeoutMs: 50 })).rejects.toMatchObject({ problem: "time" });
    const dripping = await serve((_, response) => void response.writeHead(200).write("a"));
    await expect(guardedFetch(`http://127.0.0.1:${dripping}/`, {}, { ...publicGuard, timeoutMs: 200 })).rejects.toMatchObject({ problem: "time" });
  });

  it("is never on this machine in production, by whatever name", async () => {
    let asked = 0;
    const port = await serve((_, response) => {
      asked++;
      response.end();
    });
    env().NODE_ENV = "production";
    for (const host of ["127.0.0.1", "localhost", "[::1]", "2130706433", "127.1", "0.0.0.0", "[::ffff:127.0.0.1]"]) {
      for (const scheme of ["http", "https"]) await expect(guardedFetch(`${scheme}://${host}:${port}/`), host).rejects.toHaveProperty("problem", expect.stringMatching(/^(private|address)$/));
    }
    const { lookUp } = await named(() => ["127.0.0.1"]);
    await expect(guardedFetch(`https://rebind.example.com:${port}/`, {}, { ...publicGuard, ...(lookUp ? { lookUp } : {}) })).rejects.toMatchObject({ problem: "private" });
    expect(asked).toBe(0);
  });
});

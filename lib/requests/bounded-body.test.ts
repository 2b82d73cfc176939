import { describe, expect, it } from "vitest";
import { clientIpHeader } from "@/lib/client-ip";
import { readBounded } from "./bounded-body";

const MiB = 1024 * 1024;

/** A sender that goes on for ever; `sent` says how much of it was taken. */
function endless() {
  const sender = { sent: 0, request: null as unknown as Request };
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sender.sent += MiB;
      controller.enqueue(new Uint8Array(MiB));
    },
  });
  sender.request = new Request("http://portal.test/", { method: "POST", body, duplex: "half" } as RequestInit);
  return sender;
}

describe("a body from nobody knows whom", () => {
  it("is read whole when it is small enough", async () => {
    const request = new Request("http://portal.test/", { method: "POST", body: "abc" });
    expect((await readBounded(request, 3)).toString()).toBe("abc");
    expect(await readBounded(new Request("http://portal.test/"), 3)).toHaveLength(0);
  });

  it("is left alone beyond its bound, whatever length was said", async () => {
    const sender = endless();
    await expect(readBounded(sender.request, 4 * MiB)).rejects.toMatchObject({ code: "payload_too_large" });
    expect(sender.sent).toBeLessThan(8 * MiB);
  });

  it("does not fill the memory together with others, and lets the next ones in when those are gone", async () => {
    const held = Array.from({ length: 10 }, () => readBounded(endless().request, 64 * MiB));
    const codes = (await Promise.allSettled(held)).map((result) => (result.status === "rejected" ? result.reason.code : "taken"));
    expect(codes).toContain("unavailable");
    expect(await readBounded(new Request("http://portal.test/", { method: "POST", body: "abc" }), 3)).toHaveLength(3);
  });

  it("of one address leaves room for those of others", async () => {
    const from = (ip: string, body: BodyInit) => new Request("http://portal.test/", { method: "POST", body, headers: { [clientIpHeader]: ip }, duplex: "half" } as RequestInit);
    const stalled: ReadableStreamDefaultController<Uint8Array>[] = [];
    const hoard = Array.from({ length: 10 }, () => readBounded(from("192.0.2.1", new ReadableStream<Uint8Array>({ start: (controller) => (controller.enqueue(new Uint8Array(30 * MiB)), void stalled.push(controller)) })), 40 * MiB));
    // Four fit; the others are sent away, and those who stay wait for the rest of their bodies.
    const sentAway = await Promise.allSettled(hoard.slice(4));
    expect(sentAway.map((result) => result.status === "rejected" && result.reason.code)).toEqual(Array.from({ length: 6 }, () => "unavailable"));
    expect(await readBounded(from("192.0.2.2", new Uint8Array(40 * MiB)), 40 * MiB)).toHaveLength(40 * MiB);
    for (const controller of stalled.slice(0, 4)) controller.close();
    expect((await Promise.all(hoard.slice(0, 4))).map((body) => body.length)).toEqual(Array.from({ length: 4 }, () => 30 * MiB));
    expect(await readBounded(from("192.0.2.1", new Uint8Array(40 * MiB)), 40 * MiB)).toHaveLength(40 * MiB);
  });
});

import { describe, expect, it } from "vitest";
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
});

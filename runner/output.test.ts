import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutputCallback } from "./contract/schemas";
import { newNonce } from "./contract/signing";
import { OutputBuffer } from "./output";

const RUN_ID = "6c1f8f0e-0000-4000-8000-000000000001";

describe("a run's output on its way", () => {
  it("is whole and in order, however it was printed and whenever it was taken", () => {
    const write = fc.record({ stream: fc.constantFrom("stdout" as const, "stderr" as const), data: fc.uint8Array({ maxLength: 300 }), take: fc.boolean() });
    fc.assert(
      fc.property(fc.array(write), (writes) => {
        const output = new OutputBuffer(RUN_ID, newNonce());
        const bodies: OutputCallback[] = [];
        const take = () => {
          const body = output.next();
          if (body !== null) bodies.push(OutputCallback.parse(body));
          return body !== null;
        };
        for (const { stream, data, take: now } of writes) {
          output.add(stream, Buffer.from(data));
          if (now) take();
        }
        while (take());
        expect(bodies.map((body) => body.seq)).toEqual(bodies.map((_, index) => index));
        for (const stream of ["stdout", "stderr"] as const) {
          const printed = Buffer.concat(writes.filter((each) => each.stream === stream).map((each) => Buffer.from(each.data)));
          let told = Buffer.alloc(0);
          for (const chunk of bodies.flatMap((body) => body.chunks).filter((each) => each.stream === stream)) {
            expect(chunk.offset).toBe(told.length);
            told = Buffer.concat([told, Buffer.from(chunk.dataBase64, "base64")]);
          }
          expect(told).toEqual(printed);
          expect(output.totalsOf(stream, false)).toEqual({ bytes: printed.length, truncated: false, sha256: createHash("sha256").update(printed).digest("hex") });
        }
      }),
    );
  });

  it("goes in callbacks of bounded size", () => {
    const output = new OutputBuffer(RUN_ID, newNonce());
    for (let i = 0; i < 64; i++) output.add("stdout", Buffer.alloc(65_536));
    expect(output.isBehind).toBe(true);
    let callbacks = 0;
    for (let body = output.next(); body !== null; body = output.next()) {
      callbacks++;
      expect(JSON.stringify(body).length).toBeLessThan(512 * 1024);
    }
    expect(callbacks).toBe(16);
  });
});

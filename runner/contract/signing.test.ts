import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateKeyPem, readPrivateKey, readPublicKey } from "./keys";
import { memoryNonces } from "./nonces";
import { EnvelopeRejected, openEnvelope, signEnvelope, type Envelope, type OpenOptions, type Purpose } from "./signing";

const pem = generateKeyPem();
const privateKey = readPrivateKey(pem.privateKeyPem);
const publicKey = readPublicKey(pem.publicKeyPem);
const body = { runId: "r", limits: { wallTimeMs: 1000 }, files: [{ name: "ä.csv" }], nothing: null };

/** How an envelope is received: 'ok' or why it is rejected. It travels as JSON, as on the wire. */
async function outcome(envelope: unknown, purpose: Purpose = "dispatch", options: Partial<OpenOptions> = {}): Promise<string> {
  try {
    await openEnvelope(publicKey, purpose, JSON.parse(JSON.stringify(envelope)), { seen: memoryNonces(), ...options });
    return "ok";
  } catch (error) {
    if (error instanceof EnvelopeRejected) return error.reason;
    throw error;
  }
}

describe("a signed envelope", () => {
  it("gives back the body that was signed", async () => {
    const envelope = signEnvelope(privateKey, "dispatch", body);
    expect(await openEnvelope(publicKey, "dispatch", envelope, { seen: memoryNonces() })).toEqual(body);
  });

  it("does not mind the order of members, only what they say", async () => {
    const envelope = signEnvelope(privateKey, "dispatch", body);
    expect(await outcome(Object.fromEntries(Object.entries(envelope).reverse()))).toBe("ok");
  });

  it("is refused when another key made it, even under the right key's name", async () => {
    const forged = signEnvelope(readPrivateKey(generateKeyPem().privateKeyPem), "dispatch", body);
    expect(await outcome(forged)).toBe("bad_signature");
    expect(await outcome({ ...forged, keyId: signEnvelope(privateKey, "dispatch", body).keyId })).toBe("bad_signature");
  });

  it("cannot be replayed, and a forgery does not use up its nonce", async () => {
    const seen = memoryNonces();
    const envelope = signEnvelope(privateKey, "dispatch", body);
    expect(await outcome({ ...envelope, body: {} }, "dispatch", { seen })).toBe("bad_signature");
    expect(await outcome(envelope, "dispatch", { seen })).toBe("ok");
    expect(await outcome(envelope, "dispatch", { seen })).toBe("replayed");
  });

  it("cannot be used for another purpose", async () => {
    expect(await outcome(signEnvelope(privateKey, "output", body), "result")).toBe("wrong_purpose");
    expect(await outcome({ ...signEnvelope(privateKey, "output", body), purpose: "result" }, "result")).toBe("bad_signature");
  });

  it("counts between its times only, with the skew of two clocks", async () => {
    const now = new Date();
    const envelope = signEnvelope(privateKey, "dispatch", body, { ttlMs: 1000, now });
    const at = (ms: number) => outcome(envelope, "dispatch", { now: new Date(now.getTime() + ms), skewMs: 500 });
    expect(await at(-501)).toBe("not_yet_valid");
    expect(await at(-500)).toBe("ok");
    expect(await at(1499)).toBe("ok");
    expect(await at(1500)).toBe("expired");
  });

  it("may not claim to live for ever", () => {
    expect(() => signEnvelope(privateKey, "dispatch", body, { ttlMs: 86_400_000 })).toThrow(RangeError);
  });

  it("is malformed when it is no envelope, has more than an envelope has, or is nested without end", async () => {
    const envelope = signEnvelope(privateKey, "dispatch", body);
    for (const odd of [null, 1, "x", [], {}, { ...envelope, extra: 1 }, { ...envelope, signature: `${envelope.signature}=` }]) {
      expect(await outcome(odd)).toBe("malformed");
    }
    const deep = JSON.parse(`${"[".repeat(200_000)}${"]".repeat(200_000)}`);
    await expect(openEnvelope(publicKey, "dispatch", { ...envelope, body: deep }, { seen: memoryNonces() })).rejects.toThrow(EnvelopeRejected);
  });

  it("is refused whatever single member is altered to whatever value", async () => {
    const member = fc.constantFrom<keyof Envelope>("purpose", "keyId", "issuedAt", "expiresAt", "nonce", "body", "signature");
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>("dispatch", "output", "2020-01-01T00:00:00Z", "2999-01-01T00:00:00.000Z", "A".repeat(86), "a".repeat(32)),
    );
    await fc.assert(
      fc.asyncProperty(member, value, async (name, altered) => {
        const envelope = signEnvelope(privateKey, "dispatch", body);
        fc.pre(JSON.stringify(envelope[name]) !== JSON.stringify(altered));
        expect(await outcome({ ...envelope, [name]: altered })).toMatch(/^(malformed|bad_signature)$/);
      }),
      { numRuns: 300 },
    );
  });

  it("is refused whatever bit of its bytes is flipped", async () => {
    const text = JSON.stringify(signEnvelope(privateKey, "dispatch", body));
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.nat(6), async (at, bit) => {
        const flipped = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1);
        let parsed: unknown;
        try {
          parsed = JSON.parse(flipped);
        } catch {
          return;
        }
        expect(await outcome(parsed)).toMatch(/^(malformed|bad_signature)$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the nonce store in memory", () => {
  it("refuses rather than forgets when it is full", async () => {
    const store = memoryNonces(1);
    expect(await store.remember("a", new Date(Date.now() + 60_000))).toBe(true);
    expect(await store.remember("b", new Date(Date.now() + 60_000))).toBe(false);
    expect(await store.remember("a", new Date(Date.now() + 60_000))).toBe(false);
  });

  it("makes room by dropping what has expired", async () => {
    const store = memoryNonces(1);
    await store.remember("a", new Date(Date.now() - 1));
    expect(await store.remember("b", new Date(Date.now() + 60_000))).toBe(true);
  });
});

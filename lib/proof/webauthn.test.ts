import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { verifyAuthenticationResponse } from "@simplewebauthn/server";
import { isoCBOR } from "@simplewebauthn/server/helpers";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { expect, it } from "vitest";
import { canonicalJson } from "./canonical";
import { isSignedBy, type SignedChallenge } from "./webauthn";

const [origin, rpId, challenge] = ["https://portal.example", "portal.example", createHash("sha256").update("statement").digest("base64url")];
const part = (text: string | undefined) => new Uint8Array(Buffer.from(text ?? "", "base64url"));

type Kind = { keys: { publicKey: KeyObject; privateKey: KeyObject }; hash: string | null; cose: [number, number | Uint8Array][] };

const kinds: Record<string, () => Kind> = {
  "P-256": () => made(generateKeyPairSync("ec", { namedCurve: "P-256" }), "sha256", ({ x, y }) => [[1, 2], [3, -7], [-1, 1], [-2, part(x)], [-3, part(y)]]),
  Ed25519: () => made(generateKeyPairSync("ed25519"), null, ({ x }) => [[1, 1], [3, -8], [-1, 6], [-2, part(x)]]),
  RSA: () => made(generateKeyPairSync("rsa", { modulusLength: 2048 }), "sha256", ({ n, e }) => [[1, 3], [3, -257], [-1, part(n)], [-2, part(e)]]),
};

function made(keys: Kind["keys"], hash: string | null, cose: (jwk: JsonWebKey) => Kind["cose"]): Kind {
  return { keys, hash, cose: cose(keys.publicKey.export({ format: "jwk" }) as JsonWebKey) };
}

function signed({ keys, hash, cose }: Kind, { said = {}, flags = 5, party = rpId } = {}): SignedChallenge {
  const client = JSON.stringify({ type: "webauthn.get", challenge, origin, crossOrigin: false, ...said });
  const data = Buffer.concat([createHash("sha256").update(party).digest(), Buffer.from([flags, 0, 0, 0, 1])]);
  const signature = sign(hash, Buffer.concat([data, createHash("sha256").update(client).digest()]), keys.privateKey);
  const text = (bytes: Uint8Array | string) => Buffer.from(bytes).toString("base64url");
  return { clientDataJSON: text(client), authenticatorData: text(data), signature: text(signature), publicKey: text(isoCBOR.encode(new Map(cose) as Parameters<typeof isoCBOR.encode>[0])) };
}

/** What the library says that took the key when it was used. */
async function libraryAgrees(given: SignedChallenge): Promise<boolean> {
  const credential = { id: "aa", publicKey: part(given.publicKey), counter: 0 };
  const response = { id: "aa", rawId: "aa", type: "public-key" as const, clientExtensionResults: {}, response: given };
  return verifyAuthenticationResponse({ response, expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rpId, requireUserVerification: false, credential }).then(({ verified }) => verified, () => false);
}

it.each(Object.keys(kinds))("takes what a key of %s signed, and nothing that is different in anything, as the library does", async (name) => {
  const kind = kinds[name]?.();
  const other = kinds[name]?.();
  if (!kind || !other) throw new Error("there is no such kind");
  const good = signed(kind);
  const cases: [string, SignedChallenge, boolean][] = [
    ["as it was signed", good, true],
    ["another challenge", signed(kind, { said: { challenge: "AAAA" } }), false],
    ["another origin", signed(kind, { said: { origin: "https://evil.example" } }), false],
    ["making a key", signed(kind, { said: { type: "webauthn.create" } }), false],
    ["nobody there", signed(kind, { flags: 4 }), false],
    ["another party", signed(kind, { party: "evil.example" }), false],
    ["another key", { ...good, publicKey: signed(other).publicKey }, false],
    ["another's signature", { ...good, signature: signed(other).signature }, false],
    ["cut data", { ...good, authenticatorData: good.authenticatorData.slice(0, 20) }, false],
    ["no key", { ...good, publicKey: "" }, false],
    ["a key that is cut off", { ...good, publicKey: good.publicKey.slice(0, -8) }, false],
  ];
  for (const [what, given, expected] of cases) {
    expect([what, isSignedBy(given, { challenge, origin, rpId })]).toEqual([what, expected]);
    expect([what, await libraryAgrees(given)]).toEqual([what, expected]);
  }
});

it("writes JSON as RFC 8785 says, as the library does", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => canonicalJson(value) === canonicalize(value)));
  expect(canonicalJson({ "€": 1, "\r": 2, "דּ": 3, "1": 4, "😀": 5, a: undefined, "": [1e21, 0.000001, -0, "\u000f"] })).toBe(canonicalize({ "€": 1, "\r": 2, "דּ": 3, "1": 4, "😀": 5, "": [1e21, 0.000001, -0, "\u000f"] }));
});

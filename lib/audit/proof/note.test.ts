import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openNote, parseVerifierKey, signerKey, signNote, verifierKey } from "./note";

// The example of golang.org/x/mod/sumdb/note.
const goKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const goSeed = Buffer.from("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz", "base64").subarray(1);
const goText = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const goNote = `${goText}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
// The example of C2SP signed-note.
const c2spKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const c2spNote =
  "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");
const goPrivateKey = createPrivateKey({ key: Buffer.concat([pkcs8, goSeed]), format: "der", type: "pkcs8" });

describe("signed notes", () => {
  it("opens the published examples", () => {
    expect(openNote(goNote, parseVerifierKey(goKey))).toEqual({ ok: true, text: goText });
    expect(openNote(c2spNote, parseVerifierKey(c2spKey))).toEqual({ ok: true, text: "This is an example message.\n" });
  });

  it("signs the published example byte for byte, and writes its key", () => {
    const signer = signerKey("PeterNeumann", goPrivateKey);
    expect(signer.text).toBe(goKey);
    expect(signNote(goText, signer)).toBe(goNote);
  });

  it("passes over signatures of other keys and names a missing one", () => {
    const both = `${goNote}— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n`;
    expect(openNote(both, parseVerifierKey(goKey))).toMatchObject({ ok: true });
    expect(openNote(goNote, parseVerifierKey(c2spKey))).toEqual({ ok: false, problem: "wrong_key" });
    expect(openNote(both, parseVerifierKey(c2spKey))).toEqual({ ok: false, problem: "bad_signature" });
  });

  it("refuses a damaged verifier key", () => {
    expect(() => parseVerifierKey(goKey.replace("c74f20a3", "c74f20a4"))).toThrow("id should be c74f20a3");
    expect(() => parseVerifierKey("PeterNeumann")).toThrow("not a verifier key");
    expect(() => verifierKey("a name", generateKeyPairSync("ed25519").publicKey)).toThrow("no spaces");
  });

  it("notices any change of any character", () => {
    const key = parseVerifierKey(goKey);
    fc.assert(
      fc.property(fc.nat(goNote.length - 1), fc.integer({ min: 1, max: 0xff }), (at, by) => {
        const changed = goNote.slice(0, at) + String.fromCharCode(goNote.charCodeAt(at) ^ by) + goNote.slice(at + 1);
        expect(openNote(changed, key).ok).toBe(false);
      }),
    );
  });
});

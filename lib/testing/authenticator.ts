import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isoCBOR } from "@simplewebauthn/server/helpers";

const base64url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString("base64url");
const sha256 = (data: Uint8Array | string) => createHash("sha256").update(data).digest();

/** Present and verified (WebAuthn, 6.1); with a new key, attested data follows. */
const flags = { used: 0x05, made: 0x45 };

/** A security key in software, as a browser hands its answers to a page. `origin` is the page that asks. */
export class Authenticator {
  readonly id = randomBytes(32);
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  counter = 0;

  constructor(readonly origin = "http://localhost:3000", readonly rpID = "localhost") {}

  /** Makes the key and answers a registration; attestation 'none'. */
  make(challenge: string): string {
    const { x = "", y = "" } = this.#keys.publicKey.export({ format: "jwk" });
    const key = isoCBOR.encode(new Map<number, number | Uint8Array>([[1, 2], [3, -7], [-1, 1], [-2, bytes(x)], [-3, bytes(y)]]));
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const authData = Buffer.concat([this.#head(flags.made), Buffer.alloc(16), length, this.id, key]);
    const attestation = new Map<string, unknown>([["fmt", "none"], ["attStmt", new Map()], ["authData", new Uint8Array(authData)]]);
    const attestationObject = base64url(isoCBOR.encode(attestation as Parameters<typeof isoCBOR.encode>[0]));
    return this.#answer({ clientDataJSON: base64url(this.#clientData("webauthn.create", challenge)), attestationObject, transports: ["usb"] });
  }

  /** Signs a challenge; a key that was copied comes with a counter that others have passed. */
  sign(challenge: string, counter = (this.counter += 1)): string {
    this.counter = counter;
    const authData = this.#head(flags.used);
    const clientData = this.#clientData("webauthn.get", challenge);
    const signature = sign("sha256", Buffer.concat([authData, sha256(clientData)]), this.#keys.privateKey);
    return this.#answer({ clientDataJSON: base64url(clientData), authenticatorData: base64url(authData), signature: base64url(signature) });
  }

  #head(flag: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    return Buffer.concat([sha256(this.rpID), Buffer.from([flag]), counter]);
  }

  #clientData(type: string, challenge: string): string {
    return JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false });
  }

  #answer(response: Record<string, unknown>): string {
    return JSON.stringify({ id: base64url(this.id), rawId: base64url(this.id), type: "public-key", clientExtensionResults: {}, response });
  }
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64url"));
}

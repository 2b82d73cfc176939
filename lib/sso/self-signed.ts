import { createSign, type KeyObject, randomBytes } from "node:crypto";

const rsaWithSha256 = "2a864886f70d01010b";
const commonNameId = "550403";

/**
 * A certificate that a key pair signed itself (RFC 5280, 4.1), DER in base64: providers compare the key and nothing else of
 * it. Its end must be before 2050, from when on its form of time is another.
 */
export function selfSigned(privateKey: KeyObject, publicKey: KeyObject, { commonName, days }: { commonName: string; days: number }): string {
  const algorithm = der(0x30, der(0x06, Buffer.from(rsaWithSha256, "hex")), der(0x05));
  const name = der(0x30, der(0x31, der(0x30, der(0x06, Buffer.from(commonNameId, "hex")), der(0x0c, Buffer.from(commonName)))));
  const time = (at: number) => der(0x17, Buffer.from(`${new Date(at).toISOString().replaceAll(/[-:T]/g, "").slice(2, 14)}Z`));
  const validity = der(0x30, time(Date.now() - 86_400_000), time(Date.now() + days * 86_400_000));
  // Positive, and without a leading zero, whatever the other bytes are.
  const serial = der(0x02, Buffer.concat([Buffer.from([0x4c]), randomBytes(15)]));
  const body = der(0x30, der(0xa0, der(0x02, Buffer.from([2]))), serial, algorithm, name, validity, name, publicKey.export({ type: "spki", format: "der" }));
  const signature = createSign("sha256").update(body).sign(privateKey);
  return der(0x30, body, algorithm, der(0x03, Buffer.from([0]), signature)).toString("base64");
}

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  const size = body.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

import { createHash, randomUUID } from "node:crypto";
import { newNonce } from "../contract/signing";
import type { JobDispatch, TransferredFile } from "../contract/schemas";

const MIB = 1024 * 1024;

export function fileOf(name: string, content: string | Buffer): TransferredFile {
  const data = Buffer.from(content);
  return { name, sha256: createHash("sha256").update(data).digest("hex"), contentBase64: data.toString("base64") };
}

/** A small job for one test; `limits` replaces single limits. */
export function jobOf(changes: Partial<Omit<JobDispatch, "limits">> & { limits?: Partial<JobDispatch["limits"]> } = {}): JobDispatch {
  const { limits, ...rest } = changes;
  return {
    runId: randomUUID(),
    organizationId: randomUUID(),
    jobNonce: newNonce(),
    language: "python",
    code: "print('hello')",
    args: [],
    files: [],
    limits: {
      wallTimeMs: 100_000,
      cpuMillis: 1000,
      memoryBytes: 256 * MIB,
      diskBytes: 8 * MIB,
      pids: 32,
      outputBytes: MIB,
      outputFiles: 10,
      outputFileBytes: MIB,
      ...limits,
    },
    network: "none",
    callbackUrl: "http://127.0.0.1:9/unused",
    issuedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
    ...rest,
  };
}

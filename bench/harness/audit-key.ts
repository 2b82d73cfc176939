import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { signerKey, type SignerKey } from "@/lib/audit/proof/note";

/** A signing key of the benchmark's own. Must be called before the library reads the environment. */
export function useBenchAuditKey(folder: string): SignerKey {
  const { privateKey } = generateKeyPairSync("ed25519");
  const file = path.join(folder, "audit.key");
  writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  process.env.AUDIT_PRIVATE_KEY_FILE = file;
  return signerKey("countersign", privateKey);
}

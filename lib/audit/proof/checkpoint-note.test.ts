import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { chainNext, chainStart } from "./chain";
import { openCheckpoint, signCheckpoint } from "./checkpoint-note";
import { leafHash } from "./merkle";
import { signerKey, signNote } from "./note";

const key = signerKey("countersign", generateKeyPairSync("ed25519").privateKey);
const organizationId = "0190a0a0-0000-7000-8000-000000000001";
const root = leafHash("{}");
const chain = chainNext(chainStart(organizationId), 1, root);

describe("checkpoints", () => {
  it("are written as C2SP tlog-checkpoint and read back", () => {
    const note = signCheckpoint({ organizationId, size: 1, root, chain }, key);
    expect(note.split("\n").slice(0, 5)).toEqual([
      `countersign/${organizationId}`,
      "1",
      root.toString("base64"),
      `chain ${chain.toString("hex")}`,
      "",
    ]);
    expect(openCheckpoint(note, key)).toEqual({ ok: true, checkpoint: { organizationId, size: 1, root, chain } });
  });

  it("are refused when they are signed but say something else, or are signed by another key", () => {
    const other = signerKey("countersign", generateKeyPairSync("ed25519").privateKey);
    expect(openCheckpoint(signNote(`countersign/${organizationId}\n01\n${root.toString("base64")}\n`, key), key)).toEqual({ ok: false, problem: "malformed" });
    expect(openCheckpoint(signCheckpoint({ organizationId, size: 1, root, chain }, other), key)).toEqual({ ok: false, problem: "wrong_key" });
  });

  it("carry a chain that depends on the position of an event", () => {
    expect(chainNext(chain, 2, root)).not.toEqual(chainNext(chain, 3, root));
    // By hand: printf '%s' a | sha256sum.
    expect(chainStart("a").toString("hex")).toBe("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
  });
});

import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leafHash, MerkleFrontier, nodeHash } from "./merkle";

// The inputs and roots of Certificate Transparency's reference implementation.
const inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const roots = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/** The definition in RFC 9162, 2.1.1, word by word. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (!only) return createHash("sha256").digest();
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

describe("MerkleFrontier", () => {
  it("has the known root of no leaves", () => {
    expect(new MerkleFrontier().root().toString("hex")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  it("has the known roots of the reference trees", () => {
    const tree = new MerkleFrontier();
    for (const [at, input] of inputs.entries()) {
      tree.append(leafHash(Buffer.from(input, "hex")));
      expect(tree.root().toString("hex")).toBe(roots[at]);
    }
  });

  it("agrees with the definition for any leaves, also when it is stored and continued anywhere", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 70 }), fc.nat(70), (data, pause) => {
        const leaves = data.map((bytes) => leafHash(Buffer.from(bytes)));
        let tree = new MerkleFrontier();
        leaves.forEach((leaf, at) => {
          if (at === pause) tree = new MerkleFrontier(tree.size, tree.hashes);
          tree.append(leaf);
        });
        expect(tree.size).toBe(leaves.length);
        expect(tree.root()).toEqual(treeHash(leaves));
      }),
    );
  });

  it("refuses a stored edge that does not fit its size", () => {
    expect(() => new MerkleFrontier(3, [leafHash("")])).toThrow(RangeError);
    expect(() => new MerkleFrontier(-1)).toThrow(RangeError);
  });
});

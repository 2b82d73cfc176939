import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { apiKey } from "@/db/schema/agent";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { reportOutcome } from "@/lib/actions/report-outcome";
import { submitAction } from "@/lib/actions/submit";
import { takeGrant } from "@/lib/actions/take-grant";
import { decideApproval } from "@/lib/approvals/decide";
import { auditKey } from "@/lib/audit/keys";
import { appendEvents, useAuditKey } from "@/lib/audit/testing";
import { checkpoint } from "@/lib/audit/checkpoint";
import { signerKey } from "@/lib/audit/proof/note";
import { MerkleFrontier, leafHash } from "@/lib/audit/proof/merkle";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { newId } from "@/lib/id";
import { beginPasskey } from "@/lib/mfa/begin-passkey";
import { confirmPasskey } from "@/lib/mfa/confirm-passkey";
import { offerPasskey } from "@/lib/mfa/offer-passkey";
import { prove } from "@/lib/mfa/prove";
import { inside } from "@/lib/runs/testing";
import { Authenticator } from "@/lib/testing/authenticator";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { type ProofBundle, signBundle } from "./bundle";
import { digestOf } from "./digest";
import { exportProof } from "./export";
import { rootOf } from "./inclusion";
import { stateOf } from "./link";
import { loadProof } from "./load";
import { inclusionPaths } from "./tree-hashes";
import { verifyBundle } from "./verify-bundle";

useTestDatabase();
useAuditKey();

type T = Awaited<ReturnType<typeof tenant>>;

async function withKey(t: T): Promise<{ ctx: PersonCtx; key: Authenticator }> {
  const [ctx, key] = [await t.as("supervisor"), new Authenticator()];
  const options = await beginPasskey(ctx);
  await confirmPasskey(ctx, { name: "Key", response: key.make(options.challenge) });
  return { ctx, key };
}

/** A critical action, asked for, approved with a security key, carried out and reported. */
async function whole(args: Record<string, unknown> = { user: "ann", role: "admin" }, upTo: "asked" | "decided" | "used" | "ended" = "ended") {
  const t = await tenant();
  const { ctx, key } = await withKey(t);
  const { action } = await submitAction(t.agent, SubmitActionInput.parse({ tool: "iam.grant", arguments: args, estimatedCostMicros: 10 }), newId());
  const [id, digest] = [action.approvalId ?? "", action.digest];
  const made = { t, id, actionId: action.id, digest, supervisor: ctx, auditor: await t.as("auditor") };
  if (upTo === "asked") return made;
  const about = { verb: "approvals.decide" as const, object: `${id} approved ${digest}` };
  const { challenge } = await offerPasskey(ctx, about);
  await prove(ctx, { ...about, proof: { method: "passkey", response: key.sign(challenge) } });
  await decideApproval(ctx, { id, decision: "approved", reason: "CHG-7", digest });
  if (upTo !== "decided") await takeGrant(t.agent, { id: action.id });
  if (upTo === "ended") await reportOutcome(t.agent, { id: action.id, status: "succeeded", costMicros: 7, summary: "Done", outputSha256: "ab".repeat(32) });
  return made;
}

const bundleIn = (text: string) => (JSON.parse(text) as { bundle: ProofBundle }).bundle;
const states = ({ links }: { links: Parameters<typeof stateOf>[0][] }) => links.map((link) => `${link.id} ${stateOf(link)}`);
const broken = (report: ReturnType<typeof verifyBundle>) => report.links.flatMap(({ title, findings }) => findings.filter(({ ok }) => ok === false).map(({ what }) => `${title}: ${what}`));

describe("the proof of a request", () => {
  let made: Awaited<ReturnType<typeof whole>>;
  let text = "";
  beforeAll(async () => {
    made = await whole();
    text = (await exportProof(made.auditor, { id: made.id })).text;
  });

  it("leads from the request by the approver's security key and the one grant to the outcome, and is checked offline", async () => {
    const report = verifyBundle(text, auditKey());
    expect(broken(report)).toEqual([]);
    expect([report.result, report.problem, states(report)]).toEqual(["proven", null, ["request ok", "policies ok", "decision ok", "grant ok", "outcome ok", "record ok"]]);
    expect(report.links.map(({ says }) => says).join("\n")).toContain("ab".repeat(32));
    expect(bundleIn(text).digest?.sha256).toBe(made.digest);
    expect(await eventBodies(made.t.organizationId, "audit.proof_exported")).toHaveLength(1);
    const shown = await loadProof(made.supervisor, { id: made.id });
    // What was exported, the page knows besides: the export's own event, which is not signed yet.
    expect(states(shown).slice(0, 5)).toEqual(["request ok", "policies ok", "decision ok", "grant ok", "outcome ok"]);
    expect(stateOf(shown.links.at(-1) ?? { findings: [] } as never)).not.toBe("bad");
  });

  it("fits no other key, and no byte of it can be changed, removed or added", async () => {
    const other = signerKey("countersign", generateKeyPairSync("ed25519").privateKey);
    expect((verifyBundle(text, other)).result).toBe("broken");
    for (const changed of [`${text} `, text.slice(0, -1), ` ${text}`, text.replace("CHG-7", "CHG-8"), text.replace("ann", "bob"), text.replace(/"upTo":\d+/, '"upTo":9999'), text.replace('"v":2', '"v": 2'), "", "{}", text.slice(0, 500)]) {
      expect(changed).not.toBe(text);
      expect((verifyBundle(changed, auditKey())).result, changed.slice(0, 40)).toBe("broken");
    }
    for (let at = 0; at < text.length; at += 499) {
      const changed = `${text.slice(0, at)}${text[at] === "0" ? "1" : "0"}${text.slice(at + 1)}`;
      expect([at, (verifyBundle(changed, auditKey())).result]).toEqual([at, "broken"]);
    }
  });

  it("says where it was changed, even by whoever could sign it again", async () => {
    const changes: [string, (bundle: ProofBundle) => void, RegExp][] = [
      ["an argument", ({ digest }) => Object.assign(digest?.arguments ?? {}, { text: '{"role":"owner","user":"ann"}' }), /Request: The arguments have the SHA-256/],
      ["an argument and its hash", ({ digest }) => Object.assign(digest?.arguments ?? {}, { text: "{}", sha256: "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" }), /Request: The digest was computed again/],
      ["the policy version", ({ digest }) => Object.assign(digest?.parts ?? {}, { policyVersion: 9 }), /Request: The digest was computed again/],
      ["the tool", ({ digest }) => Object.assign(digest?.parts ?? {}, { tool: "crm.read" }), /Request: The digest/],
      ["what was decided", ({ events }) => edit(events, "approvals.decided", (body) => body.replace('"decision":"approved"', '"decision":"rejected"')), /Record: Event \d+: its content/],
      ["who decided", ({ events }) => edit(events, "approvals.decided", (body) => body.replace('"name":"supervisor"', '"name":"somebody"')), /Record: Event \d+: its content/],
      ["the order", ({ events }) => events.reverse(), /Record: Event \d+: it stands before/],
      ["an inclusion proof", ({ events }) => Object.assign(events[1] ?? {}, { path: events[0]?.path }), /Record: Event \d+: its inclusion proof/],
      ["the checkpoint", (bundle) => Object.assign(bundle, { checkpoint: bundle.checkpoint?.replace(/\n\d+\n/, "\n9999\n") }), /Record: The checkpoint/],
      ["the grant, left out", (bundle) => Object.assign(bundle, { events: bundle.events.filter(({ body }) => !body.includes('"actions.grant_used"')) }), /Outcome: It came after the grant/],
      ["the decision, left out", (bundle) => Object.assign(bundle, { events: bundle.events.filter(({ body }) => !body.includes('"approvals.decided"')) }), /Grant: It names this request/],
      ["a grant used twice", (bundle) => Object.assign(bundle, { events: bundle.events.flatMap((event) => (event.body.includes('"actions.grant_used"') ? [event, event] : [event])) }), /Grant: It was used once/],
      ["the assertion, left out", (bundle) => Object.assign(bundle, { assertions: [] }), /supervisor: The assertion of their security key/],
      ["what the key signed", ({ assertions }) => Object.assign(assertions[0] ?? {}, { signature: Buffer.from("MEUCIQ", "base64url").toString("base64url") }), /supervisor: The key's signature/],
      ["the statement", ({ assertions }) => Object.assign(assertions[0] ?? {}, { statement: assertions[0]?.statement.replace("approved", "rejected") }), /supervisor: The key's signature/],
      ["the organization", (bundle) => Object.assign(bundle.organization, { id: newId() }), /Record: /],
    ];
    for (const [what, change, found] of changes) {
      const bundle = structuredClone(bundleIn(text));
      change(bundle);
      const report = verifyBundle(signBundle(bundle, auditKey()), auditKey());
      expect([what, report.result]).toEqual([what, "broken"]);
      expect(broken(report).join("\n"), what).toMatch(found);
    }
  });

  it("takes no key's signature for another decision: not of another request, another answer, or another digest", async () => {
    const other = await whole();
    const theirs = bundleIn((await exportProof(other.auditor, { id: other.id })).text);
    const bundle = structuredClone(bundleIn(text));
    const mine = bundle.assertions[0]?.proof ?? "";
    bundle.assertions = theirs.assertions.map((assertion) => ({ ...assertion, proof: mine }));
    const report = verifyBundle(signBundle(bundle, auditKey()), auditKey());
    expect(broken(report).join("\n")).toMatch(/names this assertion by its SHA-256[\s\S]*The statement is of this organization[\s\S]*this decision \(approved\) and this digest/);
  });

  it("is for who may export, and is another organization's to nobody", async () => {
    const foreign = await tenant();
    await expect(exportProof(made.supervisor, { id: made.id })).rejects.toMatchObject({ code: "forbidden" });
    await expect(exportProof(await foreign.as("auditor"), { id: made.id })).rejects.toMatchObject({ code: "not_found" });
    await expect(loadProof(await foreign.as("organization_admin"), { id: made.id })).rejects.toMatchObject({ code: "not_found" });
    await expect(loadProof(await made.t.as("viewer"), { id: made.id })).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("the offline verifier", () => {
  it("is one file that Node alone runs, ends with 0 for a bundle that is proven, and 1 for one that was changed, and says where", async () => {
    const { id, auditor } = await whole();
    const { text, fileName } = await exportProof(auditor, { id });
    const folder = mkdtempSync(path.join(tmpdir(), "proof-"));
    try {
      const file = path.join(folder, fileName);
      const verify = () => spawnSync(process.execPath, [path.resolve("public/verify-proof.mjs"), fileName, "--key", auditKey().text], { cwd: folder, encoding: "utf8", env: { NODE_ENV: "test" } });
      writeFileSync(file, text);
      const good = verify();
      expect([good.status, good.stderr]).toEqual([0, ""]);
      expect(good.stdout).toMatch(/^PROVEN[\s\S]*Decision of supervisor: ok[\s\S]*Grant: ok[\s\S]*Outcome: ok[\s\S]*Record: ok/);
      writeFileSync(file, text.replace("CHG-7", "CHG-8"));
      const bad = verify();
      expect(bad.status).toBe(1);
      expect(bad.stdout).toMatch(/^BROKEN\n {2}The signature does not fit[\s\S]*Event \d+: its content does not have the hash/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a proof that is not whole", () => {
  it("says what has not happened yet", async () => {
    const { id, supervisor, t } = await whole(undefined, "asked");
    expect(states(await loadProof(supervisor, { id }))).toEqual(["request ok", "policies ok", "decision open", "grant open", "outcome open", "record open"]);
    await checkpoint(systemCtx("audit", t.organizationId));
    expect(states(await loadProof(supervisor, { id })).at(-1)).toBe("record ok");
  });

  it("keeps secrets back, and is proven by whoever has them", async () => {
    const { id, auditor } = await whole({ password: "hunter2-hunter2", user: "ann" }, "used");
    const { text } = await exportProof(auditor, { id });
    expect(text).not.toContain("hunter2");
    const report = verifyBundle(text, auditKey());
    expect([report.result, broken(report)]).toEqual(["whole", []]);
    expect((verifyBundle(text, auditKey(), '{"password":"hunter2-hunter2","user":"ann"}')).result).toBe("proven");
    expect((verifyBundle(text, auditKey(), '{"password":"another","user":"ann"}')).result).toBe("broken");
  });
});

describe("what was approved", () => {
  it("is carried out once, as it was approved, under the policy that was in force", async () => {
    const { t, actionId } = await whole(undefined, "used");
    await expect(takeGrant(t.agent, { id: actionId })).rejects.toMatchObject({ code: "conflict" });
    const second = await whole(undefined, "decided");
    await inside(second.t, (tx) => tx.update(apiKey).set({ revokedAt: new Date() }).where(eq(apiKey.id, second.t.apiKeyId)));
    await expect(takeGrant(second.t.agent, { id: second.actionId })).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("inclusion proofs", () => {
  it("lead from every leaf to the root, whatever the size of the tree", async () => {
    const t = await tenant();
    const leaves = Array.from({ length: 40 }, (_, at) => leafHash(`leaf ${at}`));
    for (let size = 1; size <= leaves.length; size++) {
      const tree = new MerkleFrontier();
      for (const leaf of leaves.slice(0, size)) tree.append(leaf);
      for (let index = 0; index < size; index++) {
        const path = pathIn(leaves.slice(0, size), index);
        expect(rootOf(leaves[index] ?? Buffer.alloc(0), index, size, path)?.equals(tree.root()), `${index} of ${size}`).toBe(true);
        expect(rootOf(leaves[index] ?? Buffer.alloc(0), (index + 1) % size, size, path)?.equals(tree.root()) ?? false, `${index} elsewhere in ${size}`).toBe(size === 1);
        expect(rootOf(leaves[index] ?? Buffer.alloc(0), index, size, [...path, Buffer.alloc(32)])).toBe(null);
      }
    }
    await appendEvents(t.agent, 37);
    await checkpoint(systemCtx("audit", t.organizationId));
    expect((await inside(t, (tx) => inclusionPaths(tx, [0, 5, 36], 37))).get(36)).toHaveLength(2);
  });
});

it("computes digests as the portal does", () => {
  expect(digestOf({ b: 1, a: "x", tool: "t" }, '{"z":1}')).toBe(digestOf({ tool: "t", a: "x", b: 1 }, '{"z":1}'));
  expect(digestOf({ a: 1 }, null)).not.toBe(digestOf({ a: 1 }, "null"));
});

/** The inclusion proof as RFC 9162, 2.1.3.1 defines it, by recursion over all leaves. */
function pathIn(leaves: readonly Buffer[], index: number): Buffer[] {
  if (leaves.length <= 1) return [];
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  const rootOfAll = (some: readonly Buffer[]) => {
    const tree = new MerkleFrontier();
    for (const leaf of some) tree.append(leaf);
    return tree.root();
  };
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)];
  return index < half ? [...pathIn(left, index), rootOfAll(right)] : [...pathIn(right, index - half), rootOfAll(left)];
}

function edit(events: ProofBundle["events"], action: string, change: (body: string) => string): void {
  for (const event of events) if (event.body.includes(`"action":"${action}"`)) event.body = change(event.body);
}

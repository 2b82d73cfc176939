import { createHash } from "node:crypto";
import { verifyAuthenticationResponse } from "@simplewebauthn/server";
import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { challenge, freshProof } from "@/db/schema/factor";
import { session } from "@/db/schema/people";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { inside } from "@/lib/runs/testing";
import { Authenticator } from "@/lib/testing/authenticator";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { beginPasskey } from "./begin-passkey";
import { confirmPasskey } from "./confirm-passkey";
import { loadFactors } from "./load";
import { offerPasskey } from "./offer-passkey";
import { prove } from "./prove";
import { removeFactor } from "./remove-factor";
import { assertionHash } from "./statement";
import { givePassword, provePassword } from "./testing";

useTestDatabase();

async function person(): Promise<PersonCtx> {
  const ctx = await (await tenant()).as("viewer");
  await givePassword(ctx);
  return ctx;
}

async function add(ctx: PersonCtx, key = new Authenticator(), name = "Key") {
  if ((await loadFactors(ctx)).factors.length === 0) await provePassword(ctx, "factors.add", ctx.actor.id);
  const options = await beginPasskey(ctx);
  const added = await confirmPasskey(ctx, { name, response: key.make(options.challenge) });
  return { ...added, key, options };
}

const proveWith = (ctx: PersonCtx, response: string, verb: "keys.create" | "factors.add" | "factors.remove" = "keys.create", object = "x") => prove(ctx, { verb, object, proof: { method: "passkey", response } });
const offer = (ctx: PersonCtx, verb: "keys.create" | "factors.add" | "factors.remove" = "keys.create", object = "x") => offerPasskey(ctx, { verb, object });
const refused = { code: "invalid_input" };

describe("a passkey", () => {
  it("is added under a name, proves that it is the person, and brings recovery codes when it is the first", async () => {
    const ctx = await person();
    const { key, recoveryCodes, options } = await add(ctx);
    expect(options.rp).toEqual({ id: "localhost", name: "Countersign" });
    expect(recoveryCodes).toHaveLength(10);
    await proveWith(ctx, key.sign((await offer(ctx, "factors.add", ctx.actor.id)).challenge), "factors.add", ctx.actor.id);
    const second = await add(ctx, new Authenticator(), "Second");
    expect([second.recoveryCodes, second.options.excludeCredentials?.length]).toEqual([null, 1]);
    expect((await loadFactors(ctx)).factors.map(({ name, kind }) => [name, kind])).toEqual([["Key", "passkey"], ["Second", "passkey"]]);
  });

  it("is not added without a fresh proof, for another page, for another host, or by what another session asked", async () => {
    const [ctx, other] = [await person(), await person()];
    await expect(beginPasskey(ctx)).rejects.toMatchObject({ code: "fresh_proof_needed" });
    await provePassword(other, "factors.add", other.actor.id);
    const theirs = await beginPasskey(other);
    for (const key of [new Authenticator("https://evil.example"), new Authenticator("http://localhost:3000", "evil.example"), new Authenticator("http://localhost:4000")]) {
      await provePassword(ctx, "factors.add", ctx.actor.id);
      const { challenge: mine } = await beginPasskey(ctx);
      await expect(confirmPasskey(ctx, { name: "Key", response: key.make(mine) })).rejects.toMatchObject(refused);
      // The challenge is spent by the refusal.
      await expect(confirmPasskey(ctx, { name: "Key", response: new Authenticator().make(mine) })).rejects.toMatchObject(refused);
    }
    await expect(confirmPasskey(ctx, { name: "Key", response: new Authenticator().make(theirs.challenge) })).rejects.toMatchObject(refused);
    for (const response of ["{}", "no JSON", '{"id":"x","rawId":"x","type":"public-key","response":{}}']) {
      await expect(confirmPasskey(ctx, { name: "Key", response })).rejects.toMatchObject(refused);
    }
    expect((await loadFactors(ctx)).factors).toEqual([]);
  });

  it("of somebody else is taken neither as one's own nor for them", async () => {
    const [ctx, mallory] = [await person(), await person()];
    const { key } = await add(ctx);
    const hers = await add(mallory);
    await expect(proveWith(ctx, hers.key.sign((await offer(ctx)).challenge))).rejects.toMatchObject(refused);
    await expect(proveWith(mallory, key.sign((await offer(mallory)).challenge))).rejects.toMatchObject(refused);
    await proveWith(mallory, hers.key.sign((await offer(mallory, "factors.add", mallory.actor.id)).challenge), "factors.add", mallory.actor.id);
    const { challenge: asked } = await beginPasskey(mallory);
    await expect(confirmPasskey(mallory, { name: "Stolen", response: key.make(asked) })).rejects.toMatchObject({ code: "conflict" });
  });

  it("signs each challenge once, within five minutes, for the person who was asked", async () => {
    const ctx = await person();
    const { key } = await add(ctx);
    const { challenge: asked } = await offer(ctx);
    await proveWith(ctx, key.sign(asked));
    await expect(proveWith(ctx, key.sign(asked))).rejects.toMatchObject(refused);
    const elsewhere = newId();
    const { organizationId } = ctx;
    await inside(ctx, (tx) => tx.insert(session).values({ id: elsewhere, organizationId, personId: ctx.actor.id, lastSeenAt: new Date(), expiresAt: new Date(Date.now() + 3_600_000) }));
    const answer = key.sign((await offer(ctx)).challenge);
    await expect(proveWith({ ...ctx, actor: { ...ctx.actor, sessionId: elsewhere } }, answer)).rejects.toMatchObject(refused);
    const { challenge: old } = await offer(ctx);
    await inside(ctx, (tx) => tx.update(challenge).set({ expiresAt: sql`now() - interval '1 second'` }));
    await expect(proveWith(ctx, key.sign(old))).rejects.toMatchObject(refused);
    const { challenge: replaced } = await offer(ctx);
    await offer(ctx);
    await expect(proveWith(ctx, key.sign(replaced))).rejects.toMatchObject(refused);
    await expect(proveWith(ctx, key.sign((await offer(ctx)).challenge))).resolves.toBeDefined();
  });

  it("is refused when its counter went back, as a copy's does, and for another page or host", async () => {
    const ctx = await person();
    const { key } = await add(ctx);
    await proveWith(ctx, key.sign((await offer(ctx)).challenge, 7));
    for (const counter of [7, 3]) await expect(proveWith(ctx, key.sign((await offer(ctx)).challenge, counter))).rejects.toMatchObject(refused);
    await expect(proveWith(ctx, key.sign((await offer(ctx)).challenge, 8))).resolves.toBeDefined();
    const elsewhere = Object.assign(key, { origin: "https://evil.example" });
    await expect(proveWith(ctx, elsewhere.sign((await offer(ctx)).challenge, 9))).rejects.toMatchObject(refused);
  });

  it("signs for the one thing that it was asked for, and what it signed can be checked by anybody later", async () => {
    const ctx = await person();
    const { key, id } = await add(ctx);
    const { challenge: asked } = await offer(ctx, "keys.create", "one agent");
    await expect(proveWith(ctx, key.sign(asked), "keys.create", "another agent")).rejects.toMatchObject(refused);
    const { challenge: forKey } = await offer(ctx, "keys.create", ctx.actor.id);
    await expect(proveWith(ctx, key.sign(forKey), "factors.add", ctx.actor.id)).rejects.toMatchObject(refused);
    await proveWith(ctx, key.sign((await offer(ctx, "keys.create", "one agent")).challenge), "keys.create", "one agent");
    const [kept] = await inside(ctx, (tx) => tx.select().from(freshProof).where(eq(freshProof.object, "one agent")));
    const { assertion } = kept ?? {};
    if (!assertion) throw new Error("nothing was kept");
    expect(kept).toMatchObject({ factorId: id, method: "passkey" });
    expect(JSON.parse(assertion.statement)).toMatchObject({ organization: ctx.organizationId, person: ctx.actor.id, verb: "keys.create", object: "one agent" });
    const said = JSON.parse(Buffer.from(assertion.clientDataJSON, "base64url").toString()) as { challenge: string };
    expect(said.challenge).toBe(createHash("sha256").update(assertion.statement).digest("base64url"));
    const checked = await verifyAuthenticationResponse({
      response: { id: assertion.credentialId, rawId: assertion.credentialId, type: "public-key", clientExtensionResults: {}, response: assertion },
      expectedChallenge: said.challenge, expectedOrigin: assertion.origin, expectedRPID: assertion.rpId, requireUserVerification: false,
      credential: { id: assertion.credentialId, publicKey: Uint8Array.from(Buffer.from(assertion.publicKey, "base64url")), counter: 0 },
    });
    expect(checked.verified).toBe(true);
    const proved = (await eventBodies(ctx.organizationId, "sessions.proved")).at(-1);
    expect(proved).toMatchObject({ details: { proof: kept?.id, factor: id, assertionSha256: assertionHash(assertion) } });
  });

  it("that was removed proves nothing, and can be added again", async () => {
    const ctx = await person();
    const { key, id } = await add(ctx);
    const other = await (async () => {
      await proveWith(ctx, key.sign((await offer(ctx, "factors.add", ctx.actor.id)).challenge), "factors.add", ctx.actor.id);
      return add(ctx, new Authenticator(), "Other");
    })();
    await proveWith(ctx, other.key.sign((await offer(ctx, "factors.remove", id)).challenge), "factors.remove", id);
    await removeFactor(ctx, { id });
    await expect(proveWith(ctx, key.sign((await offer(ctx)).challenge))).rejects.toMatchObject(refused);
    await proveWith(ctx, other.key.sign((await offer(ctx, "factors.add", ctx.actor.id)).challenge), "factors.add", ctx.actor.id);
    await expect(add(ctx, key, "Again")).resolves.toHaveProperty("id");
  });
});

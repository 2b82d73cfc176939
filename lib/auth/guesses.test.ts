import { describe, expect, it } from "vitest";
import { keyCtx } from "@/lib/ctx/key";
import { newId } from "@/lib/id";
import { createKey } from "@/lib/keys/create";
import { makeKey } from "@/lib/keys/format";
import { findInvitation } from "@/lib/people/invitation";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { loadBootstrapLink } from "./first-admin";
import { guessesPerMinute } from "./guesses";
import { newToken } from "./token";

useTestDatabase();

const from = (ip: string) => ({ requestId: newId(), ip, userAgent: "test" });

describe("who shows keys that nobody made", () => {
  it("is told to wait, while a right key from the same address still works", async () => {
    const { as, agentId } = await tenant();
    const { key } = await createKey(await as("agent_manager"), { agentId, name: "k", scopes: ["actions.view"] });
    const guess = (ip: string) => keyCtx(`Bearer ${makeKey()}`, from(ip)).catch((error: { code: string }) => error);
    for (let at = 0; at < guessesPerMinute; at += 1) expect(await guess("203.0.113.7")).toMatchObject({ code: "unauthenticated" });
    expect(await guess("203.0.113.7")).toMatchObject({ code: "rate_limited", retryAfterSeconds: expect.any(Number) });
    expect(await guess("203.0.113.8")).toMatchObject({ code: "unauthenticated" });
    expect((await keyCtx(`Bearer ${key}`, from("203.0.113.7"))).actor.id).toBe(agentId);
  });
});

describe("who opens links that nobody made", () => {
  it("is told to wait, of both kinds together", async () => {
    for (let at = 0; at < guessesPerMinute / 2; at += 1) {
      expect(await findInvitation(newToken().token, "203.0.113.9")).toBeNull();
      expect(await loadBootstrapLink(at === 0 ? "not a token" : newToken().token, "203.0.113.9")).toBeNull();
    }
    await expect(findInvitation(newToken().token, "203.0.113.9")).rejects.toMatchObject({ code: "rate_limited" });
    await expect(loadBootstrapLink(newToken().token, "203.0.113.9")).rejects.toMatchObject({ code: "rate_limited" });
    expect(await findInvitation(newToken().token, "203.0.113.10")).toBeNull();
  });
});

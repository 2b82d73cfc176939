import { eq } from "drizzle-orm";
import postgres from "postgres";
import { describe, expect, it, vi } from "vitest";
import { person, session } from "@/db/schema/people";
import { inTenant } from "@/db/tenant";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { maxPerPerson } from "./places";
import { publish } from "./publish";
import { sessionState } from "./session-state";
import { liveStream } from "./stream";
import { subscribe } from "./subscribe";
import type { Topic } from "./topics";
import { waitFor } from "./wait-for";

const { current } = useTestDatabase();

const tell = (organizationId: string, topic: Topic) => inTenant(database(), organizationId, async (tx) => publish(tx, organizationId, topic));

/** How long to wait for what must come; a busy machine takes its time. */
const inTime = { timeout: 60_000 };

describe("live updates", () => {
  it("reach those who follow the topic in that organization, and nobody else", async () => {
    const [a, b] = [newId(), newId()];
    const heard: string[] = [];
    const ends = [
      await subscribe(a, "approvals", () => heard.push("a")),
      await subscribe(b, "approvals", () => heard.push("b")),
      await subscribe(a, `action:${b}`, () => heard.push("action")),
    ];
    heard.length = 0;
    await tell(a, "approvals");
    await vi.waitFor(() => expect(heard).toEqual(["a"]), inTime);
    ends.forEach((end) => end());
    await tell(a, "approvals");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toEqual(["a"]);
  });

  it("say nothing of a change that was rolled back", async () => {
    const organizationId = newId();
    let heard = 0;
    const end = await subscribe(organizationId, "approvals", () => heard++);
    heard = 0;
    await inTenant(database(), organizationId, async (tx) => {
      publish(tx, organizationId, "approvals");
      throw new Error("rolled back");
    }).catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toBe(0);
    end();
  });

  it("come again after the connection was lost, with one call for what may have been missed", async () => {
    const organizationId = newId();
    let heard = 0;
    const end = await subscribe(organizationId, "approvals", () => heard++);
    heard = 0;
    const admin = postgres(current().adminUrl, { max: 1 });
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen %' and datname = current_database()`;
    await admin.end();
    await vi.waitFor(() => expect(heard).toBeGreaterThan(0), inTime);
    heard = 0;
    await tell(organizationId, "approvals");
    await vi.waitFor(() => expect(heard).toBe(1), inTime);
    end();
  });

  it("are refused beyond a bound rather than kept without end", async () => {
    const organizationId = newId();
    const ends = await Promise.all(Array.from({ length: 1000 }, () => subscribe(organizationId, "approvals", () => {})));
    await expect(subscribe(organizationId, "approvals", () => {})).rejects.toMatchObject({ code: "unavailable", retryAfterSeconds: 5 });
    ends.forEach((end) => end());
    (await subscribe(organizationId, "approvals", () => {}))();
  });
});

describe("waiting", () => {
  it("ends at once when it is so already, on the change, and when the time is over", async () => {
    const organizationId = newId();
    const topic: Topic = `action:${newId()}`;
    expect(await waitFor(organizationId, topic, { until: async () => true, timeoutMs: 60_000 })).toBe(true);
    let done = false;
    const waiting = waitFor(organizationId, topic, { until: async () => done, timeoutMs: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    done = true;
    await tell(organizationId, topic);
    expect(await waiting).toBe(true);
    expect(await waitFor(organizationId, topic, { until: async () => false, timeoutMs: 30 })).toBe(false);
  });

  it("does not lose a change that happens while it looks", async () => {
    const organizationId = newId();
    const topic: Topic = `action:${newId()}`;
    let asked = 0;
    const slow = async () => {
      asked++;
      if (asked > 1) return true;
      await tell(organizationId, topic);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return false;
    };
    expect(await waitFor(organizationId, topic, { until: slow, timeoutMs: 60_000 })).toBe(true);
  });

  it("ends when the caller leaves", async () => {
    const leaving = new AbortController();
    const waiting = waitFor(newId(), "approvals", { until: async () => false, timeoutMs: 60_000, signal: leaving.signal });
    setTimeout(() => leaving.abort(), 20);
    expect(await waiting).toBe(false);
  });
});

describe("the stream", () => {
  /** Node's Request hears of its signal's end only while somebody holds it, as a server does. */
  const held: Request[] = [];
  const open = (ctx: Parameters<typeof liveStream>[0], topic: string[], signal?: AbortSignal) => {
    const request = new Request("http://portal.test/api/live", { signal: signal ?? null });
    held.push(request);
    return liveStream(ctx, { topic }, request);
  };

  it("is refused for what the person may not see, and for another organization's things", async () => {
    const here = await tenant();
    await expect(open(await here.as("viewer"), ["approvals"])).rejects.toMatchObject({ code: "forbidden" });
    await expect(open(await here.as("organization_admin"), [`run:${newId()}`])).rejects.toMatchObject({ code: "not_found" });
  });

  it("names the topic that changed, and ends with the session", async () => {
    const { organizationId, as } = await tenant();
    const supervisor = await as("supervisor");
    const response = await open(supervisor, ["approvals", "notices"]);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    if (!response.body) throw new Error("no body");
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toContain("event: ready");
    await tell(organizationId, `notices:${newId()}`);
    await tell(organizationId, `notices:${supervisor.actor.id}`);
    expect((await reader.read()).value).toBe("event: change\ndata: notices\n\n");
    await inTenant(database(), organizationId, (tx) => tx.update(session).set({ revokedAt: new Date() }).where(eq(session.id, supervisor.actor.sessionId)));
    expect((await reader.read()).value).toContain("event: session-ended");
    expect((await reader.read()).done).toBe(true);
  });

  it("ends when the browser leaves", async () => {
    const { as } = await tenant();
    const leaving = new AbortController();
    const response = await open(await as("supervisor"), ["approvals"], leaving.signal);
    leaving.abort();
    expect(await response.text()).toContain("event: ready");
  });

  it("has places for many pages of one person, and leaves those of others free", async () => {
    const { as } = await tenant();
    const [greedy, other] = [await as("supervisor"), await as("supervisor")];
    const tabs = Array.from({ length: maxPerPerson }, () => new AbortController());
    for (const tab of tabs) await open(greedy, ["approvals"], tab.signal);
    await expect(open(greedy, ["approvals"])).rejects.toMatchObject({ code: "rate_limited" });
    const left = new AbortController();
    await open(other, ["approvals"], left.signal);
    tabs[0]?.abort();
    const again = new AbortController();
    await open(greedy, ["approvals"], again.signal);
    for (const page of [...tabs, left, again]) page.abort();
    await open(greedy, ["approvals"], AbortSignal.abort());
  });

  it("sees rights that changed and sessions that nobody used", async () => {
    const { organizationId, as } = await tenant();
    const supervisor = await as("supervisor");
    expect(await sessionState(supervisor)).toBe("stands");
    await inTenant(database(), organizationId, (tx) => tx.update(person).set({ accessVersion: 9 }).where(eq(person.id, supervisor.actor.id)));
    expect(await sessionState(supervisor)).toBe("changed");
    const longAgo = new Date(Date.now() - 3 * 60 * 60 * 1000);
    await inTenant(database(), organizationId, (tx) => tx.update(session).set({ lastSeenAt: longAgo }).where(eq(session.id, supervisor.actor.sessionId)));
    expect(await sessionState(supervisor)).toBe("ended");
  });
});

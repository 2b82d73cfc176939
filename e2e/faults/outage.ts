import { setTimeout as sleep } from "node:timers/promises";
import type { Company } from "./company";
import type { Played, Tell } from "./play";
import type { StoryName } from "./stories";

const stories: readonly StoryName[] = ["run", "run", "approvedRun", "approvedGrant", "grant", "forgotten", "poor"];

/**
 * The database refuses every connection for a while, in the middle of the stories. The portal lives, says that it cannot
 * serve and why, and goes on by itself with the same process, as does the runner.
 */
export async function playOutage(company: Company, forMs: number, tell: Tell): Promise<Played> {
  const faults = await withoutDatabase(company, forMs);
  tell(`${faults.length === 0 ? "✓" : "✗"} ${forMs / 1_000} s without a database`);
  return { passed: faults.length === 0 ? 1 : 0, faults };
}

async function withoutDatabase(company: Company, forMs: number): Promise<string[]> {
  const { installation } = company;
  const faults: string[] = [];
  const told = (what: string, found: unknown, expected: unknown) => {
    if (found !== expected) faults.push(`${what} was ${String(found)} and should be ${String(expected)}`);
  };
  const alive = () => [installation.pidOf("portal"), installation.pidOf("runner")].join();
  const before = alive();
  const ask = (path: string) => fetch(new URL(path, installation.url), { headers: { authorization: `Bearer ${company.cast.poor.apiKey}` } });
  const under = Promise.all(
    stories.map((story) => company.play(story).catch((error: unknown) => faults.push(`the story '${story}' broke off: ${error instanceof Error ? error.message : String(error)}`))),
  );
  await installation.kill("database");
  try {
    const end = Date.now() + forMs;
    told("the liveness without a database", (await ask("/healthz")).status, 200);
    // Its parts are asked once a second at most, so what changed is seen a moment later.
    await until(async () => (await ask("/readyz")).status === 503);
    told("the state of the database", ((await (await ask("/readyz")).json()) as { parts: { database: string } }).parts.database, "unavailable");
    const answer = await ask("/api/v1/actions/00000000-0000-7000-8000-000000000000");
    told("an agent's answer without a database", answer.status, 503);
    told("its kind", answer.headers.get("content-type")?.split(";")[0], "application/problem+json");
    await sleep(Math.max(0, end - Date.now()));
  } finally {
    await installation.revive("database");
  }
  await until(async () => (await ask("/readyz")).status === 200);
  await under;
  told("the portal's and the runner's process", alive(), before);
  return [...faults, ...(await company.inspect())];
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 300_000; !(await condition()); await sleep(100)) if (Date.now() > end) throw new Error("the portal's readiness did not change");
}

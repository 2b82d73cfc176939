import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { runnerHealth } from "@/lib/runs/runner-client";

export type PartState = "ok" | "unavailable";
export type Readiness = { ready: boolean; parts: { database: PartState; jobs: PartState; sandbox: PartState } };

const timeoutMs = 3_000;

/**
 * Whether this process can serve: without the database it cannot. Without the job engine or the sandbox it can, and what
 * needs them waits; so they are told and do not take the process out of a balancer.
 */
export async function readiness(): Promise<Readiness> {
  const [db, jobs, sandbox] = await Promise.all([databaseState(), jobsState(), sandboxState()]);
  return { ready: db === "ok", parts: { database: db, jobs, sandbox } };
}

async function databaseState(): Promise<PartState> {
  try {
    await within(database().sql`select 1 from organization limit 1`);
    return "ok";
  } catch (error) {
    log.warn({ err: error }, "the database does not answer");
    return "unavailable";
  }
}

async function jobsState(): Promise<PartState> {
  const base = env().INNGEST_BASE_URL;
  // Inngest's cloud and its development server are found by the SDK itself.
  if (!base) return "ok";
  const response = await fetch(new URL("/health", base), { signal: AbortSignal.timeout(timeoutMs), cache: "no-store" }).catch(() => null);
  return response?.ok ? "ok" : "unavailable";
}

async function sandboxState(): Promise<PartState> {
  return (await runnerHealth())?.status === "ok" ? "ok" : "unavailable";
}

function within<T>(work: Promise<T>): Promise<T> {
  return Promise.race([work, new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs).unref())]);
}

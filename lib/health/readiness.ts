import { runnerGapMs } from "@/lib/clock-gap";
import { runnerHealth } from "@/lib/runs/runner-client";
import { isDraining } from "@/lib/shutdown/draining";
import { databaseState, type DatabaseState } from "./database";
import { engineState } from "./engine";

/** `wrong_clock`: it answers, and neither it nor this server believes what the other signs. */
type PartState = "ok" | "unavailable" | "wrong_clock";
export type Readiness = { ready: boolean; draining: boolean; parts: { database: DatabaseState; jobs: PartState; sandbox: PartState } };

const timeoutMs = 3_000;
const freshMs = 1_000;

// Next compiles routes into several bundles; anybody may ask, so the parts are asked once a second at most.
const shared = globalThis as typeof globalThis & { countersignReadiness?: { at: number; parts: Promise<Readiness["parts"]> } };

/**
 * Whether this process should be given requests: not without its database or with a schema older than itself, and not
 * while it is ending. Without the job engine or the sandbox it serves, and what needs them waits; so they are told and do
 * not take it out of a balancer.
 */
export async function readiness(): Promise<Readiness> {
  const now = performance.now();
  if (!shared.countersignReadiness || now - shared.countersignReadiness.at > freshMs) shared.countersignReadiness = { at: now, parts: askParts() };
  const parts = await shared.countersignReadiness.parts;
  const draining = isDraining();
  return { ready: parts.database === "ok" && !draining, draining, parts };
}

async function askParts(): Promise<Readiness["parts"]> {
  const [db, jobs, sandbox] = await Promise.all([databaseState(timeoutMs), engineState(timeoutMs), runnerHealth()]);
  return {
    database: db,
    jobs: !jobs.up ? "unavailable" : jobs.gapMs !== null ? "wrong_clock" : "ok",
    sandbox: sandbox?.status !== "ok" ? "unavailable" : sandbox.clockGapMs > runnerGapMs ? "wrong_clock" : "ok",
  };
}

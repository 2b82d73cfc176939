import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { together } from "@/db/together";
import { commitWith, inTenant, prepared, type Tx } from "@/db/tenant";
import { submitAction } from "@/lib/actions/submit";
import { reservationStatements } from "@/lib/budgets/reservation-statements";
import { reserve } from "@/lib/budgets/reserve";
import { lockedWindowsOfKeys, openWindows, windowOf, type OpenWindow, type WindowRow } from "@/lib/budgets/window";
import { database } from "@/lib/database";
import { groupCommit, type Outcome } from "@/lib/group-commit";
import { newId } from "@/lib/id";
import { compare } from "./harness/compare";
import { keepInFlight } from "./harness/in-flight";
import { allowedInput } from "./harness/inputs";
import type { Bench, BenchRow } from "./harness/row";
import { benchTenant, type BenchTenant } from "./harness/tenant";

const inFlight = 64;
const bareConnections = 16;
const amountMicros = 1_200;

/** (d) Money set aside in one budget by everybody at once, durable and never over the cap. */
export const row: BenchRow = {
  title: "reservations on one hot budget, each with its row",
  beside: `bare conditional \`UPDATE\` of the budget's row per transaction, without a row for the reservation, ${bareConnections} connections`,
  async *run(bench) {
    const tenant = await benchTenant();
    await archiveOf(bench, tenant.organizationId);
    // Makes the window.
    await submitAction(tenant.agent, allowedInput, randomUUID());
    const bare = await bareReservations(bench, tenant);
    const beside = async () => (await keepInFlight(inFlight, bench.measureMs, bare)).perSecond;
    const alone = reservationsOf(tenant);
    yield await compare(bench, { case: `${inFlight} in flight`, unit: "per second", ours: async () => (await keepInFlight(inFlight, bench.measureMs, alone)).perSecond, beside, target: { atLeast: 8 } });
    const whole = () => submitAction(tenant.agent, allowedInput, randomUUID());
    yield await compare(bench, { case: `${inFlight} in flight, each in a whole decision`, unit: "per second", ours: async () => (await keepInFlight(inFlight, bench.measureMs, whole)).perSecond, beside });
  },
};

/** Leaves the agent's budget alone. */
async function archiveOf(bench: Bench, scopeId: string): Promise<void> {
  const sql = postgres(bench.database.adminUrl, { max: 1, onnotice: () => {} });
  await sql`update budget set archived_at = now() where scope_id = ${scopeId}`;
  await sql.end();
}

/** What a decision does about money, by the functions that it does it with: lock, find room, write, in groups. */
function reservationsOf({ organizationId, apiKeyId }: BenchTenant): () => Promise<void> {
  const commit = async (organization: string, batch: readonly string[]): Promise<Outcome<void>[]> => {
    await inTenant(database(), organization, async (tx) => {
      const windows = (await prepared<WindowRow>(tx, lockedWindowsOfKeys([apiKeyId]))).map(windowOf);
      const now = new Date();
      const held = batch.map((actionId) => hold(windows, organization, actionId, now));
      await commitWith(tx, together(reservationStatements(held)));
    }, { planOnce: true });
    return batch.map(() => ({ ok: true, value: undefined }));
  };
  const reserved = groupCommit<string, void>({ name: "reservation", maxBatch: 256, maxWaiting: 10_000, commit, splitOn: () => false });
  return () => reserved(organizationId, newId());
}

function hold(windows: readonly OpenWindow[], organizationId: string, actionId: string, createdAt: Date) {
  const found = reserve(windows, amountMicros);
  if (!found.ok || found.windows.length !== 1) throw new Error("the budget has no room, or there is not one of it");
  const expiresAt = new Date(createdAt.getTime() + 15 * 60_000);
  return { id: newId(), organizationId, actionId, windowIds: found.windows.map(({ windowId }) => windowId), amountMicros, status: "held" as const, createdAt, expiresAt };
}

/** The usual way: the row's lock is held until the disk has the commit. Prepared, in one round trip; no policy is asked. */
async function bareReservations(bench: Bench, tenant: BenchTenant): Promise<() => Promise<void>> {
  const sql = postgres(bench.database.adminUrl, { max: bareConnections, onnotice: () => {} });
  bench.onEnd(() => sql.end({ timeout: 5 }));
  const windowId = await inTenant(database(), tenant.organizationId, (tx) => hotWindow(tx, tenant.agentId));
  const text = `
    update budget_window w set reserved_micros = w.reserved_micros + $1 from budget b
    where w.id = $2 and b.id = w.budget_id and w.committed_micros + w.reserved_micros + $1 <= b.cap_micros + w.raised_micros`;
  return async () => {
    const { count } = await sql.unsafe(text, [amountMicros, windowId], { prepare: true });
    if (count !== 1) throw new Error("the bare side reserved nothing");
  };
}

async function hotWindow(tx: Tx, agentId: string): Promise<string> {
  const [window] = await openWindows(tx, [agentId], false);
  if (!window) throw new Error("the agent's budget has no window");
  return window.windowId;
}

import { createHash } from "node:crypto";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { database } from "@/lib/database";

/** After `free` failures each further try must wait, twice as long every time, up to `longestSeconds`. */
type Pace = { free: number; longestSeconds: number };

/** One guesser at one address; one address against many accounts; one account from everywhere. */
export const paces = {
  pair: { free: 5, longestSeconds: 900 },
  address: { free: 30, longestSeconds: 300 },
  account: { free: 30, longestSeconds: 60 },
} satisfies Record<string, Pace>;

export type Gate = { pace: keyof typeof paces; key: string };
/** `first`: the first refusal of this wait; the ones after it need no record of their own. */
export type Wait = { seconds: number; first: boolean };

const daySeconds = 86_400;

/** The gates that a try passes. `known`: this person came from this address before, so others' failures don't hold them up. */
export function gatesOf(email: string, ip: string | null, known: boolean): Gate[] {
  const from = ip === null ? "none" : network(ip);
  const own: Gate = { pace: "pair", key: hashed(email, from) };
  return known ? [own] : [own, { pace: "address", key: hashed(from) }, { pace: "account", key: hashed(email) }];
}

/**
 * Counts one try before the password is looked at, so that a thousand at once are a thousand, and says how long to wait;
 * null: go on. A refused try is not counted.
 */
export async function pass(gates: readonly Gate[]): Promise<Wait | null> {
  const counted: Gate[] = [];
  for (const gate of gates) {
    const { free, longestSeconds } = paces[gate.pace];
    const { consumedPoints } = await failures().penalty(keyOf(gate));
    counted.push(gate);
    const over = consumedPoints - free;
    if (over <= 0) continue;
    const refusal = await take(keyOf(gate), Math.min(2 ** Math.min(over, 20), longestSeconds));
    if (refusal) {
      await giveBack(counted);
      return { seconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)), first: refusal.consumedPoints === 2 };
    }
  }
  return null;
}

/** After a success: the pair starts afresh; the others lose only this try, so that nobody clears a count by signing in as themselves. */
export async function succeed(gates: readonly Gate[]): Promise<void> {
  const pair = gates.filter((gate) => gate.pace === "pair");
  for (const gate of pair) await failures().delete(keyOf(gate));
  await giveBack(gates.filter((gate) => gate.pace !== "pair"));
}

async function giveBack(gates: readonly Gate[]): Promise<void> {
  for (const gate of gates) await failures().reward(keyOf(gate));
}

/** Takes the one try of this wait; gives the refusal when it is taken. */
async function take(key: string, seconds: number): Promise<RateLimiterRes | null> {
  try {
    await waits().consume(key, 1, { customDuration: seconds });
    return null;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return refusal;
    throw refusal;
  }
}

let made: { failures: RateLimiterPostgres; waits: RateLimiterPostgres } | undefined;
const failures = () => limiters().failures;
const waits = () => limiters().waits;

function limiters() {
  // rate-limiter-flexible speaks to node-postgres; this is all of it that it uses.
  const storeClient = {
    query: async ({ text, values }: { text: string; values: (string | number)[] }) => {
      const rows = await database().sql.unsafe(text, values);
      return { rows: rows.map((row) => ({ ...row, expire: row.expire === null ? null : Number(row.expire) })), rowCount: rows.count };
    },
  };
  const common = { storeClient, storeType: "client", tableName: "rate_limit", tableCreated: true, duration: daySeconds };
  made ??= {
    failures: new RateLimiterPostgres({ ...common, keyPrefix: "sign-in", points: 1_000_000 }),
    waits: new RateLimiterPostgres({ ...common, keyPrefix: "sign-in-wait", points: 1 }),
  };
  return made;
}

const keyOf = (gate: Gate): string => `${gate.pace}:${gate.key}`;

function hashed(...parts: string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("base64url");
}

/** One household or host has a whole /64 of IPv6. */
function network(ip: string): string {
  if (!ip.includes(":")) return ip;
  const [head = "", tail] = ip.split("::");
  const left = head.split(":").filter(Boolean);
  const right = tail === undefined ? [] : tail.split(":").filter(Boolean);
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return [...left, ...zeros, ...right].slice(0, 4).map((part) => part.toLowerCase().replace(/^0+(?=.)/, "")).join(":");
}

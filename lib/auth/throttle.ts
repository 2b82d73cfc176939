import { createHash } from "node:crypto";
import { RateLimiterRes } from "rate-limiter-flexible";
import { network } from "./network";
import { limiter } from "./limiter";

/** After `free` failures each further try must wait, twice as long every time, up to `longestSeconds`. */
type Pace = { free: number; longestSeconds: number };

/**
 * Who is counted: one browser that signed in as this account before; one address that guesses at one account; one address
 * against many accounts; one account from everywhere; one person's second factor, which nobody reaches without the password.
 */
export const paces = {
  device: { free: 5, longestSeconds: 900 },
  pair: { free: 5, longestSeconds: 900 },
  address: { free: 30, longestSeconds: 300 },
  account: { free: 30, longestSeconds: 60 },
  factor: { free: 5, longestSeconds: 900 },
} satisfies Record<string, Pace>;

export type Gate = { pace: keyof typeof paces; key: string };
/** `first`: the first refusal of this wait; the ones after it need no record of their own. */
export type Wait = { seconds: number; first: boolean };

/** `device`: the browser's own mark, where it signed in as this account before. `knownAddress`: the person came from here before. */
type Comer = { email: string; ip: string | null; device: string | null; knownAddress: boolean };

const daySeconds = 86_400;

/**
 * The gates that a try passes, the cheapest to refuse at first. Who guesses fills none that a browser passes which signed
 * in before; and not the account's from where its person came before. So nobody locks out anybody by guessing.
 */
export function gatesOf({ email, ip, device, knownAddress }: Comer): Gate[] {
  if (device) return [{ pace: "device", key: hashed(email, device) }];
  const from = network(ip);
  const gates: Gate[] = [{ pace: "address", key: hashed(from) }, { pace: "pair", key: hashed(email, from) }];
  return knownAddress ? gates : [...gates, { pace: "account", key: hashed(email) }];
}

/** The gate before a person's second factor, the same from everywhere: six digits are few. */
export function factorGates(personId: string): Gate[] {
  return [{ pace: "factor", key: hashed(personId) }];
}

/**
 * Counts one try before the password is looked at, so that a thousand at once are a thousand, and says how long to wait;
 * null: go on. A refused try is not counted, and takes nobody's turn.
 */
export async function pass(gates: readonly Gate[]): Promise<Wait | null> {
  const counted: Gate[] = [];
  const turns: string[] = [];
  for (const gate of gates) {
    const { free, longestSeconds } = paces[gate.pace];
    const { consumedPoints } = await failures().penalty(keyOf(gate));
    counted.push(gate);
    const over = consumedPoints - free;
    if (over <= 0) continue;
    const refusal = await take(keyOf(gate), Math.min(2 ** Math.min(over, 20), longestSeconds));
    if (!refusal) {
      turns.push(keyOf(gate));
      continue;
    }
    for (const turn of turns) await waits().delete(turn);
    await giveBack(counted);
    return { seconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)), first: refusal.consumedPoints === 2 };
  }
  return null;
}

/** After a success: the comer's own count starts afresh; the others lose only this try, so that nobody clears one by signing in as themselves. */
export async function succeed(gates: readonly Gate[]): Promise<void> {
  const own = gates.filter(({ pace }) => pace === "pair" || pace === "device" || pace === "factor");
  for (const gate of own) await failures().delete(keyOf(gate));
  await giveBack(gates.filter((gate) => !own.includes(gate)));
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

const failures = () => limiter("sign-in", { points: 1_000_000, duration: daySeconds });
const waits = () => limiter("sign-in-wait", { points: 1, duration: daySeconds });

const keyOf = (gate: Gate): string => `${gate.pace}:${gate.key}`;

function hashed(...parts: string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("base64url");
}

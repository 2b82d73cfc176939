import type { ratePeriods as storedPeriods } from "@/db/schema/rate";

const periods = ["minute", "hour", "day"] as const satisfies readonly (typeof storedPeriods)[number][];

export type Rate = { calls: number; period: (typeof periods)[number] };

export const rateShape = /^[1-9]\d{0,5}\/(?:minute|hour|day)$/;

/** @throws Error for a text that no policy holds, since a limit that cannot be read must not be none. */
export function parseRate(text: string): Rate {
  const [calls = "", unit] = text.split("/");
  const period = periods.find((known) => known === unit);
  if (!rateShape.test(text) || !period) throw new Error(`the rate ${JSON.stringify(text)} cannot be read`);
  return { calls: Number(calls), period };
}

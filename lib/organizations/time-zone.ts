import { z } from "zod";

/** An IANA name that this machine knows, e.g. `Europe/Vienna`. */
export const timeZoneSchema = z.string().max(64).refine(isTimeZone, "is not a time zone that is known here");

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

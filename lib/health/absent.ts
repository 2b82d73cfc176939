import { partIsAway } from "@/lib/outage";

/** For `catch`: a figure that the database did not give is left out. */
export function absent(error: unknown): null {
  partIsAway("database", error);
  return null;
}

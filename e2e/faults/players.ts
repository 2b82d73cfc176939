import { readFileSync } from "node:fs";
import { z } from "zod";

/** Who takes part: agents with their keys, and people with their passwords. */
export const Players = z.object({
  organizationId: z.uuid(),
  agents: z.array(z.object({ id: z.uuid(), name: z.string(), apiKey: z.string() })),
  people: z.array(z.object({ email: z.string(), password: z.string(), role: z.string() })),
});
export type Players = z.infer<typeof Players>;

export function readPlayers(file: string | null): Players {
  if (!file) throw new Error("the seed gave no file");
  return Players.parse(JSON.parse(readFileSync(file, "utf8")));
}

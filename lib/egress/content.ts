import { z } from "zod";

/** Which domains agents may reach at one level. */
export const EgressContent = z.strictObject({ allow: z.array(z.string()), deny: z.array(z.string()) });
export type EgressContent = z.infer<typeof EgressContent>;

export const firstEgress: EgressContent = { allow: [], deny: [] };

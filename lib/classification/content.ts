import { z } from "zod";

/** How an organization classifies what agents do, beyond what always holds. */
export const ClassificationContent = z.strictObject({ kinds: z.array(z.never()) });
export type ClassificationContent = z.infer<typeof ClassificationContent>;

export const firstClassification: ClassificationContent = { kinds: [] };

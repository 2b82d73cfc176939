import { z } from "zod";

/** Cedar policies of one level. */
export const CedarContent = z.strictObject({ text: z.string().max(65_536) });
export type CedarContent = z.infer<typeof CedarContent>;

export const firstCedar: CedarContent = { text: "" };

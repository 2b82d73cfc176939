import { z } from "zod";
import { microsSchema } from "@/lib/text";

/** An amount as a number, or as the digits that a form sends. */
export function microsInput(schema: z.ZodType<number> = microsSchema) {
  return z.preprocess((value) => (typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value), schema);
}

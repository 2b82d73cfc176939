import { z } from "zod";
import { cleanText } from "@/lib/text";

/** A choice in a form that may be left empty. */
export const optionalId = z
  .uuid()
  .or(z.literal(""))
  .nullish()
  .transform((id) => id || null);

export const agentName = cleanText({ max: 80 });
export const agentDescription = cleanText({ min: 0, max: 1000, lines: true });

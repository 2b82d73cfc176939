import { z } from "zod";

/** An address to sign in with; lower case, since people write it either way. */
export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, "must be at most 254 characters")
  .pipe(z.email("must be an email address, like name@example.com"));

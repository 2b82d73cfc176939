import { z } from "zod";

/**
 * A tool's name or a glob, in lower case as tools' names are. Only `*` is special and stands for any characters:
 * `read:*`, `sandbox.*`, `write:documents/*`.
 */
export const toolGlob = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(128, "must be at most 128 characters")
  .regex(/^[a-z0-9*][a-z0-9*._:/-]*$/, "may have lower-case letters, digits, . : / _ - and * only, as in sandbox.python or read:*")
  .refine((glob) => !glob.includes("**"), "** is not a form that is known; one * stands for any characters");

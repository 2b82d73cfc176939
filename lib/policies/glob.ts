import picomatch from "picomatch";
import { z } from "zod";

/** Names of tools: letters, digits and `. : / _ -`, as `sandbox.python`, `read:documents/tax` or `mail.send`. */
export const toolPattern = /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/;
const globPattern = /^[A-Za-z0-9*][A-Za-z0-9*._:/-]*$/;

/** A tool's name or a glob. Only `*` is special, and it does not reach over a slash: `read:*`, `sandbox.*`, `write:documents/*`. */
export const toolGlob = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(128, "must be at most 128 characters")
  .regex(globPattern, "may have letters, digits, . : / _ - and * only, as in sandbox.python or read:*")
  .refine((glob) => !glob.includes("**"), "** is not a form that is known; use * for each part of the path");

const matchers = new Map<string, (tool: string) => boolean>();

/** Whether a tool's name matches a glob of a policy. Case counts. */
export function matchesTool(glob: string, tool: string): boolean {
  let matcher = matchers.get(glob);
  if (!matcher) {
    matcher = picomatch(glob, { dot: true, nobrace: true, nobracket: true, noextglob: true, nonegate: true, noglobstar: true, strictSlashes: true });
    if (matchers.size > 10_000) matchers.clear();
    matchers.set(glob, matcher);
  }
  return matcher(tool);
}

import { z } from "zod";
import { readPattern } from "./pattern";

export const mostDomains = 1_000;

function domains(below: boolean) {
  const line = z.string().max(300, "is too long for a domain").transform((text, context) => {
    const read = readPattern(text, { below });
    if ("pattern" in read) return read.pattern;
    context.addIssue({ code: "custom", message: `${JSON.stringify(text.slice(0, 80))} ${read.wrong}` });
    return z.NEVER;
  });
  return z
    .array(line)
    .max(mostDomains, `at most ${mostDomains} domains`)
    .transform((list) => [...new Set(list)].sort());
}

/**
 * Which domains agents may reach, at one level. `allow` null: this level says nothing and leaves it to the others; an empty
 * list allows nothing, here and below. `unlisted`: what is on no list is denied, or a person is asked; null: says nothing.
 */
export const EgressContent = z.strictObject({
  allow: domains(false).nullable(),
  deny: domains(true),
  unlisted: z.enum(["deny", "ask"]).nullable().default(null),
});
export type EgressContent = z.infer<typeof EgressContent>;

/** No level says anything, so nothing is reached. */
export const firstEgress: EgressContent = { allow: null, deny: [], unlisted: null };

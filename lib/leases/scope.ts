import { z } from "zod";
import { readPattern } from "@/lib/egress/pattern";
import { toolGlob } from "@/lib/policies/glob";
import { microsSchema } from "@/lib/text";

export const longestLifeSeconds = 7 * 24 * 60 * 60;

const operation = z.string().trim().regex(/^[A-Za-z0-9_.-]{1,64}$/, "must be a word such as execute or delete");
const resource = z.string().trim().min(1, "must not be empty").max(512).regex(/^[^\p{Cc}]*$/u, "has control characters").refine((glob) => !glob.includes("**"), "one * stands for any characters");
/** As in lists of what agents may reach. */
const domain = z.string().trim().max(253).transform((text, context) => {
  const read = readPattern(text, { below: false });
  if ("pattern" in read) return read.pattern;
  context.addIssue({ code: "custom", message: read.wrong });
  return z.NEVER;
});

const some = <T extends z.ZodType>(item: T) => z.array(item).min(1, "must name at least one").max(20, "at most 20");

/** What a lease is asked for or issued for. Everything about it is bounded: tools are named, uses, money and time have an end. */
export const leaseScopeFields = {
  tools: some(toolGlob.refine((glob) => !/^[*.:/]+$/.test(glob), "must name a tool, not all of them")),
  operations: some(operation).nullish().transform((value) => value ?? null),
  resources: some(resource).nullish().transform((value) => value ?? null),
  domains: z.array(domain).max(20, "at most 20").default([]),
  maxUses: z.coerce.number<number | string>().int("must be a whole number").min(1, "at least 1").max(1_000, "at most 1000").default(1),
  costEachMicros: z.coerce.number<number | string>().pipe(microsSchema),
  costTotalMicros: z.coerce.number<number | string>().pipe(microsSchema),
  lifeSeconds: z.coerce.number<number | string>().int("must be whole seconds").min(60, "at least a minute").max(longestLifeSeconds, "at most 7 days").default(3_600),
};

import { z } from "zod";
import { scimRefusal } from "./refusal";

/** Resources in one answer. */
export const mostResults = 200;

const whole = (text: string) => z.coerce.number().int(`${text} must be a whole number`).min(-2_147_483_648).max(2_147_483_647);

/** The query of a list (RFC 7644, section 3.4.2); other parameters are ignored. */
export const ListQuery = z.object({
  filter: z.string().optional(),
  // Values below 1 count as 1, a negative count as 0 (section 3.4.2.4).
  startIndex: whole("startIndex").default(1).transform((value) => Math.max(1, value)),
  count: whole("count").default(100).transform((value) => Math.min(mostResults, Math.max(0, value))),
  excludedAttributes: z.string().max(500).default(""),
  attributes: z.string().max(500).default(""),
});
export type ListQuery = z.infer<typeof ListQuery>;

/** Whether the answer shows the members of groups. */
export function wantsMembers({ excludedAttributes, attributes }: Pick<ListQuery, "excludedAttributes" | "attributes">): boolean {
  const names = (list: string) => list.toLowerCase().split(",").map((name) => name.trim().split(".")[0]);
  if (names(excludedAttributes).includes("members")) return false;
  return attributes === "" || names(attributes).includes("members");
}

/** A value to compare with a text column. */
export function textOf(value: string | number | boolean | null): string {
  if (typeof value !== "string") throw scimRefusal("invalidFilter", "This attribute is compared with text in quotes.");
  return value;
}

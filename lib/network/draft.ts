import { z } from "zod";
import { addressRules, countryRules, type NetworkEntry } from "@/db/schema/network";
import { parseCountries } from "./countries";
import { entriesSchema, mostEntries, parseEntries } from "./entries";

/** A rule as it is typed. */
export const draftFields = {
  addresses: z.enum(addressRules),
  list: entriesSchema,
  egress: entriesSchema,
  countries: z.enum(countryRules),
  countryCodes: z
    .string()
    .max(5_000)
    .default("")
    .superRefine((text, issues) => {
      const { unknown } = parseCountries(text);
      if (unknown.length > 0) issues.addIssue({ code: "custom", message: `${unknown[0]?.slice(0, 60)} is no country; write its English name or its code of two letters` });
    }),
  /** Said in so many words, since a country is not known of every address. */
  unknown: z.enum(["refuse", "admit"]),
  appliesTo: z.enum(["people_and_keys", "people"]).default("people_and_keys"),
  appliesToDirectories: z.stringbool().or(z.boolean()).default(false),
};

type Draft = z.output<z.ZodObject<typeof draftFields>>;

/** A rule that would let nobody in at all, or more than can be kept, is a slip. */
export function refineDraft(draft: Draft, issues: z.RefinementCtx): void {
  const { entries, countryCodes } = ruleOf(draft);
  const slip = (field: keyof Draft, message: string) => issues.addIssue({ code: "custom", path: [field], message });
  if (draft.addresses === "listed" && entries.length === 0) slip("list", "is empty, and nobody would come in");
  if (draft.addresses === "vpn" && !entries.some(({ vpn }) => vpn)) slip("egress", "is empty, and nobody would come in");
  if (draft.countries !== "any" && countryCodes.length === 0) slip("countryCodes", "names no country");
  if (entries.length > mostEntries) slip("list", `has with the VPN's ${entries.length} entries; ${mostEntries} are the most`);
}

/** What of a draft is stored. A range on both lists is a VPN's. */
export function ruleOf({ addresses, list, egress, countries, countryCodes, unknown, appliesTo, appliesToDirectories }: Draft) {
  const entries = [...parseEntries(list, false).entries, ...parseEntries(egress, true).entries];
  return {
    addresses,
    entries: [...new Map<string, NetworkEntry>(entries.map((entry) => [entry.range, entry])).values()],
    countries,
    countryCodes: parseCountries(countryCodes).codes,
    admitsUnknown: unknown === "admit",
    appliesToKeys: appliesTo === "people_and_keys",
    appliesToDirectories,
  };
}

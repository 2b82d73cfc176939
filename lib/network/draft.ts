import { z } from "zod";
import { addressRules, countryRules, type NetworkEntry } from "@/db/schema/network";
import { parseCountries } from "./countries";
import { entriesSchema, mostEntries } from "./entries";

/** A rule as it is typed. */
export const draftFields = {
  addresses: z.enum(addressRules),
  list: entriesSchema(false),
  egress: entriesSchema(true),
  countries: z.enum(countryRules),
  countryCodes: z
    .string()
    .max(5_000)
    .default("")
    .transform((text, issues) => {
      const { codes, unknown } = parseCountries(text);
      if (unknown.length > 0) issues.addIssue({ code: "custom", message: `${unknown[0]?.slice(0, 60)} is no country; write its English name or its code of two letters` });
      return codes;
    }),
  /** Said in so many words, since a country is not known of every address. */
  unknown: z.enum(["refuse", "admit"]),
  appliesTo: z.enum(["people_and_keys", "people"]).default("people_and_keys"),
  appliesToDirectories: z.stringbool().default(false),
};

type Draft = z.output<z.ZodObject<typeof draftFields>>;

/** A rule that would let nobody in at all, or more than can be kept, is a slip. */
export function refineDraft(draft: Draft, issues: z.RefinementCtx): void {
  const entries = [...draft.list, ...draft.egress];
  if (draft.addresses === "listed" && entries.length === 0) issues.addIssue({ code: "custom", path: ["list"], message: "is empty, and nobody would come in" });
  if (draft.addresses === "vpn" && draft.egress.length === 0) issues.addIssue({ code: "custom", path: ["egress"], message: "is empty, and nobody would come in" });
  if (draft.countries !== "any" && draft.countryCodes.length === 0) issues.addIssue({ code: "custom", path: ["countryCodes"], message: "names no country" });
  if (entries.length > mostEntries) issues.addIssue({ code: "custom", path: ["list"], message: `has with the VPN's ${entries.length} entries; ${mostEntries} are the most` });
}

/** What of a draft is stored. */
export function ruleOf({ addresses, list, egress, countries, countryCodes, unknown, appliesTo, appliesToDirectories }: Draft) {
  const entries = new Map<string, NetworkEntry>([...list, ...egress].map((entry) => [entry.range, entry]));
  return {
    addresses,
    entries: [...entries.values()],
    countries,
    countryCodes,
    admitsUnknown: unknown === "admit",
    appliesToKeys: appliesTo === "people_and_keys",
    appliesToDirectories,
  };
}

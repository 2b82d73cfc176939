import { sql } from "drizzle-orm";
import { boolean, check, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, tenantId } from "./columns";

export const networkScopes = ["organization", "workspace", "key"] as const;
export const addressRules = ["any", "listed", "vpn"] as const;
export const countryRules = ["any", "only", "except"] as const;

/** A range of addresses in canonical form (203.0.113.0/24) and what it is. `vpn`: a VPN's way out. */
export type NetworkEntry = { range: string; name: string; vpn: boolean };

/** From where an organization, a workspace or a key may be used. Without a row, from everywhere. */
export const networkRule = pgTable(
  "network_rule",
  {
    organizationId: tenantId(),
    /** The id of the organization, the workspace or the key. */
    scopeId: uuid().notNull(),
    scope: text({ enum: networkScopes }).notNull(),
    /** New with each change, and never used again: what is remembered of a rule is remembered under it. */
    version: uuid().notNull(),
    /** `listed`: only from the entries; `vpn`: only from those entries that are a VPN's, whatever else is said here. */
    addresses: text({ enum: addressRules }).notNull().default("any"),
    entries: jsonb().$type<NetworkEntry[]>().notNull().default([]),
    countries: text({ enum: countryRules }).notNull().default("any"),
    countryCodes: text().array().notNull().default(sql`'{}'::text[]`),
    /** Whether a rule by country lets in addresses whose country is not known. */
    admitsUnknown: boolean().notNull().default(false),
    /** Of the organization's rule: whether it is for API keys and for directories too. */
    appliesToKeys: boolean().notNull().default(true),
    appliesToDirectories: boolean().notNull().default(false),
    changedBy: uuid(),
    changedAt: instant().notNull().default(sql`now()`),
    isSet: boolean().notNull().generatedAlwaysAs(sql`addresses <> 'any' or countries <> 'any'`),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.scopeId] }),
    check("network_rule_entries", sql`jsonb_array_length(${t.entries}) <= 500`),
    check("network_rule_countries", sql`cardinality(${t.countryCodes}) <= 250`),
    check("network_rule_organization", sql`(${t.scope} = 'organization') = (${t.scopeId} = ${t.organizationId})`),
  ],
);

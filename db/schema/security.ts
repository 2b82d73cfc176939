import { sql } from "drizzle-orm";
import { boolean, check, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";

/** What an organization asks of everybody who signs in. Without a row the defaults hold. */
export const securitySetting = pgTable(
  "security_setting",
  {
    organizationId: uuid().primaryKey(),
    // NIST SP 800-63B-4, 2.1.3 to 2.3.3: at AAL2 a session ends after an hour without use and after a day; at AAL3 after 12 hours.
    idleMinutes: integer().notNull().default(120),
    maxHours: integer().notNull().default(12),
    /** For whoever administers: never longer than for AAL2. */
    adminIdleMinutes: integer().notNull().default(30),
    adminMaxHours: integer().notNull().default(12),
    /** How many sessions a person may have at once; the oldest ends when one more opens. */
    maxSessions: integer().notNull().default(10),
    unusualSignIn: text({ enum: ["notice", "challenge", "block"] }).notNull().default("notice"),
    /** Whoever holds one of these roles must have a second factor, so many days after the rule or the role came. */
    factorRoles: text().array().notNull().default(sql`'{}'::text[]`),
    factorGraceDays: integer().notNull().default(14),
    factorSince: instant().notNull().default(sql`now()`),
    /** Codes by mail or text message that may be a second factor; and whether they are good where one is required, and as a fresh proof. */
    weakFactors: text().array().notNull().default(sql`'{}'::text[]`),
    weakFactorsCount: boolean().notNull().default(false),
    /** For how many days a browser need not show the factor again; 0: always. */
    rememberDays: integer().notNull().default(30),
    rememberAdminDays: integer().notNull().default(0),
    changedAt: instant().notNull().default(sql`now()`),
  },
  (t) => [
    check("security_setting_factor_grace", sql`${t.factorGraceDays} between 0 and 90`),
    check("security_setting_weak_factors", sql`${t.weakFactors} <@ '{email,sms}'::text[]`),
    check("security_setting_remember", sql`${t.rememberDays} between 0 and 90 and ${t.rememberAdminDays} between 0 and 90`),
    check("security_setting_idle", sql`${t.idleMinutes} between 5 and 1440 and ${t.adminIdleMinutes} between 5 and 60`),
    check("security_setting_max", sql`${t.maxHours} between 1 and 168 and ${t.adminMaxHours} between 1 and 24`),
    check("security_setting_sessions", sql`${t.maxSessions} between 1 and 50`),
  ],
);

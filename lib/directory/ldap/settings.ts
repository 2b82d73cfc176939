import { isIP } from "node:net";
import { X509Certificate } from "node:crypto";
import { FilterParser } from "ldapts";
import { z } from "zod";
import { isLoopbackHost, mayLoopback } from "@/lib/egress/loopback";
import { isRefused } from "@/lib/sso/bounded-fetch";
import { cleanText } from "@/lib/text";
import { templates } from "./templates";

const blank = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (typeof value === "string" && value.trim() === "" ? undefined : value), schema.optional());
const Dn = cleanText({ max: 1_000 }).refine((text) => text.includes("="), "must be a distinguished name, like ou=people,dc=example,dc=com");
const Attribute = z.string().trim().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, "must be the name of an attribute");
const Filter = cleanText({ max: 2_000 }).refine(isFilter, "is no LDAP filter of RFC 4515; it stands in brackets");
const Host = cleanText({ max: 253 }).refine((text) => isIP(text) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text), "must be a name or an address, without ldap:// and without a port")
  .refine((text) => isIP(text) === 0 || !isRefused(text), "leads to an address where no directory is");
const Ca = z.string().trim().max(100_000).refine(areCertificates, "must be certificates in PEM");

/** How a directory is reached by LDAP, and what of it is taken. Whatever is left empty is what its kind of server has. */
export const ldapShape = {
  flavour: z.enum(["ad", "openldap"]),
  host: Host,
  port: blank(z.coerce.number().int().min(1).max(65_535)),
  security: z.enum(["ldaps", "starttls", "none"]).default("ldaps"),
  ca: blank(Ca),
  bindDn: cleanText({ max: 1_000 }),
  userBase: Dn,
  userFilter: blank(Filter),
  groupBase: blank(Dn),
  groupFilter: blank(Filter),
  idAttribute: blank(Attribute),
  userNameAttribute: blank(Attribute),
  emailAttribute: blank(Attribute),
  nameAttribute: blank(Attribute),
  memberAttribute: blank(Attribute),
};

/** Only a server on this machine, where that is allowed, is asked without encryption. */
export const isGuarded = ({ security, host }: { security: string; host: string }) => security !== "none" || (isLoopbackHost(host) && mayLoopback());
export const guardWords = { path: ["security"], message: "is needed: without it the password would be readable on its way" };

export const LdapSettings = z.strictObject(ldapShape).refine(isGuarded, guardWords);
export type LdapSettings = z.infer<typeof LdapSettings>;

/** The settings with what was left empty. */
export function completed({ flavour, ...given }: LdapSettings) {
  const { port, ...template } = templates[flavour];
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...template, port: given.security === "ldaps" ? port.ldaps : port.plain, groupBase: given.userBase, ...set } as typeof template & Omit<LdapSettings, "flavour" | keyof typeof template | "port" | "groupBase"> & { port: number; groupBase: string };
}
export type Completed = ReturnType<typeof completed>;

function isFilter(text: string): boolean {
  if (!text.startsWith("(")) return false;
  try {
    FilterParser.parseString(text);
    return true;
  } catch {
    return false;
  }
}

function areCertificates(text: string): boolean {
  const found = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  try {
    return found.length > 0 && found.every((pem) => new X509Certificate(pem).fingerprint256.length > 0);
  } catch {
    return false;
  }
}

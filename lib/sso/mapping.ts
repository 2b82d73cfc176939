import { z } from "zod";
import { permissionTable, roles, type Role } from "@/lib/ability/permissions";
import { emailSchema } from "@/lib/people/email";
import { cleanText } from "@/lib/text";

/** Claims by name; each may have several values. */
export type Claims = Readonly<Record<string, readonly string[]>>;

/** Roles that end on a set day cannot be given by a claim, which says none. */
const mappableRoles = roles.filter((role) => !permissionTable[role].timeLimited);
export const mappableRole = z.enum(mappableRoles as [Role, ...Role[]]);

const Rule = z
  .strictObject({
    claim: cleanText({ max: 200 }),
    value: cleanText({ max: 400 }),
    role: mappableRole,
    workspaceId: z.union([z.uuid(), z.null(), z.literal("organization").transform(() => null)]).default(null),
  })
  .refine(({ role, workspaceId }) => workspaceId === null || permissionTable[role].scopes.includes("workspace"), { path: ["workspaceId"], message: "this role can be given on the whole organization only" });

/** Which claims say who somebody is, and which values of them give a role where. */
export const ClaimMapping = z.strictObject({
  /** The claim that stays when somebody's address changes; empty: `sub`, or the NameID. */
  subject: cleanText({ min: 0, max: 200 }).default(""),
  email: cleanText({ max: 200 }).default("email"),
  name: cleanText({ max: 200 }).default("name"),
  /** The claims with somebody's id in Slack, and in a chat of one's own; empty: nobody decides there by this provider's word. */
  slackId: cleanText({ min: 0, max: 200 }).optional(),
  chatId: cleanText({ min: 0, max: 200 }).optional(),
  rules: z.array(Rule).max(100, "at most 100 rules").default([]),
  defaultRole: z.union([mappableRole, z.null(), z.literal("").transform(() => null)]).default(null),
});
export type ClaimMapping = z.infer<typeof ClaimMapping>;

export type MappedRole = { role: Role; workspaceId: string | null };
/** `byDefault`: no rule gave anything. */
export type Mapped = { email: string | null; name: string | null; roles: MappedRole[]; byDefault: boolean; refusal: string | null };

const Name = cleanText({ max: 80 });

/** Who the claims say somebody is, and what they would get; `refusal` says why nobody could come in with them. Pure. */
export function mapClaims(mapping: ClaimMapping, claims: Claims): Mapped {
  const given = valuesOf(claims, mapping.email);
  const email = emailSchema.safeParse(given[0]);
  const address = email.success && given.length === 1 ? email.data : null;
  const name = Name.safeParse(valuesOf(claims, mapping.name)[0]);
  const found = mapping.rules.filter((rule) => valuesOf(claims, rule.claim).includes(rule.value)).map(({ role, workspaceId }) => ({ role, workspaceId }));
  const chosen = found.length === 0 && mapping.defaultRole ? [{ role: mapping.defaultRole, workspaceId: null }] : found;
  const unique = chosen.filter((each, at) => chosen.findIndex((other) => other.role === each.role && other.workspaceId === each.workspaceId) === at);
  return { email: address, name: name.success ? name.data : address, roles: unique, byDefault: found.length === 0, refusal: refusalOf(mapping, claims, given, address) };
}

function refusalOf(mapping: ClaimMapping, claims: Claims, given: readonly string[], address: string | null): string | null {
  if (given.length === 0) return `There is no claim “${mapping.email}” with the email address.`;
  if (address === null) return `The claim “${mapping.email}” is not one email address.`;
  if (valuesOf(claims, "email_verified").some((value) => value.toLowerCase() !== "true")) return "The identity provider says that the address is not verified.";
  return null;
}

/** Own names only: a claim called `constructor` is what the identity provider sent, or nothing. */
export function valuesOf(claims: Claims, name: string): readonly string[] {
  return Object.hasOwn(claims, name) ? (claims[name] ?? []) : [];
}

const mostValues = 500;
const longestValue = 2_000;

/** What a token says of itself rather than of somebody. */
const ofTheToken = new Set(["at_hash", "aud", "auth_time", "azp", "c_hash", "exp", "iat", "jti", "nbf", "nonce", "s_hash", "sid"]);

/** Claims of a token as lists of texts; what is nested is left out, and so is what is too long to be a group or a name. */
export function claimsOf(token: Readonly<Record<string, unknown>>): Claims {
  const entries = Object.entries(token).filter(([name]) => !ofTheToken.has(name)).slice(0, 200).map(([name, value]) => {
    const values = [value].flat().filter((each) => ["string", "number", "boolean"].includes(typeof each)).map(String);
    return [name.slice(0, 200), values.filter((each) => each.length <= longestValue).slice(0, mostValues)] as const;
  });
  return Object.fromEntries(entries.filter(([, values]) => values.length > 0));
}

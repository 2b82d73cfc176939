import { z } from "zod";
import type { DirectoryProfile } from "@/db/schema/directory";
import { emailSchema } from "@/lib/people/email";
import { cleanText } from "@/lib/text";
import { ChatExtension, chatUrn, isOfChat, patchChat } from "./chat-extension";
import type { Equals } from "./filter";
import { known } from "./known";
import type { PatchStep } from "./patch";
import { scimRefusal } from "./refusal";

const optional = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === null || value === "" ? undefined : value), schema.optional());
const line = (max: number) => optional(cleanText({ max }));
/** Entra ID sends "True" and "False" as text. */
const flag = z.preprocess((value) => (typeof value === "string" && /^(?:true|false)$/i.test(value) ? value.toLowerCase() === "true" : value), z.boolean());

const names = ["formatted", "givenName", "familyName"] as const;
const emailNames = ["value", "type", "primary"] as const;
const userNames = ["userName", "externalId", "active", "displayName", "title", "name", "emails", chatUrn] as const;

const Email = z.preprocess((each) => known(each, emailNames), z.object({ value: cleanText({ max: 254 }), type: line(40), primary: optional(flag) }));
const Name = z.preprocess((each) => known(each, names), z.object({ formatted: line(200), givenName: line(100), familyName: line(100) }));

const Fields = z.object({
  userName: cleanText({ max: 254 }),
  externalId: line(255),
  active: z.preprocess((value) => (value === null ? undefined : value), flag.default(true)),
  displayName: line(200),
  title: line(200),
  name: optional(Name),
  emails: optional(z.array(Email).max(20)),
  [chatUrn]: ChatExtension,
});

/** What is kept of a user of SCIM (RFC 7643, section 4.1). */
export type UserFields = { userName: string; externalId: string | null; active: boolean; email: string; profile: DirectoryProfile };

/** Reads a user as a client sends it. @throws ZodError for what is not right, AppError where there is no address. */
export function parseUser(body: unknown): UserFields {
  const { userName, externalId, active, [chatUrn]: chat, ...profile } = Fields.parse(known(body, userNames));
  return { userName, externalId: externalId ?? null, active, email: addressOf(userName, profile.emails ?? []), profile: chat ? { ...profile, chat } : profile };
}

function addressOf(userName: string, emails: readonly { value: string; type?: string | undefined; primary?: boolean | undefined }[]): string {
  const email = emails.find(({ primary }) => primary) ?? emails.find(({ type }) => type?.toLowerCase() === "work") ?? emails[0];
  for (const candidate of [email?.value, userName]) {
    const parsed = emailSchema.safeParse(candidate);
    if (parsed.success) return parsed.data;
  }
  throw scimRefusal("invalidValue", "The user has no email address: neither in 'emails' nor as 'userName'.", "Map an address to one of them in your directory.");
}

/** The name that people read. */
export function nameOf({ userName, profile }: Pick<UserFields, "userName" | "profile">): string {
  const parts = [profile.name?.givenName, profile.name?.familyName].filter(Boolean).join(" ");
  return (profile.displayName ?? profile.name?.formatted ?? (parts || userName)).slice(0, 80);
}

type Draft = Record<string, unknown>;

/** Applies the steps of a PATCH to a user, and reads the outcome as if it had been sent whole. */
export function patchUser(before: UserFields, steps: readonly PatchStep[]): UserFields {
  const { userName, externalId, active, profile: { chat, ...profile } } = before;
  const draft: Draft = structuredClone({ ...profile, ...(chat ? { [chatUrn]: chat } : {}), userName, externalId, active });
  for (const step of steps) applyStep(draft, step);
  return parseUser(draft);
}

function applyStep(draft: Draft, { op, path, value }: PatchStep): void {
  if (isOfChat({ op, path, value })) return void (draft[chatUrn] = patchChat(draft[chatUrn], { op, path, value }));
  const attribute = userNames.find((name) => name.toLowerCase() === path.attribute);
  if (!attribute) return;
  if (attribute === "emails") draft.emails = patchEmails(draft.emails, { op, path, value });
  else if (attribute === "name") draft.name = patchName(draft.name, { op, path, value });
  else draft[attribute] = op === "remove" ? undefined : value;
}

function patchName(before: unknown, { op, path, value }: PatchStep): unknown {
  if (!path.part) return op === "remove" ? undefined : { ...(known(before, names) as object), ...(known(value, names) as object) };
  const part = names.find((name) => name.toLowerCase() === path.part);
  return part ? { ...(before as object), [part]: op === "remove" ? undefined : value } : before;
}

function patchEmails(before: unknown, { op, path, value }: PatchStep): unknown {
  const emails = Array.isArray(before) ? (before as Draft[]) : [];
  if (path.where.length === 0) {
    if (op === "remove") return undefined;
    return op === "add" ? [...emails, ...(Array.isArray(value) ? value : [value])] : value;
  }
  const matches = (email: Draft) => path.where.every((each) => equals(email, each));
  if (op === "remove" && !path.part) return emails.filter((email) => !matches(email));
  const part = emailNames.find((name) => name === path.part);
  if (path.part && !part) return emails;
  const change = part ? { [part]: op === "remove" ? undefined : value } : (known(value, emailNames) as object);
  if (emails.some(matches)) return emails.map((email) => (matches(email) ? { ...email, ...change } : email));
  // What a filter by type does not find is added with that type, as both Okta and Entra ID expect.
  const made = Object.fromEntries(path.where.flatMap(({ attribute, value: wanted }) => (emailNames.some((name) => name === attribute) ? [[attribute, wanted]] : [])));
  return [...emails, { ...made, ...change }];
}

function equals(email: Draft, { attribute, value }: Equals): boolean {
  const name = emailNames.find((each) => each === attribute);
  const found = name ? email[name] : undefined;
  return typeof found === "string" && typeof value === "string" ? found.toLowerCase() === value.toLowerCase() : found === value;
}

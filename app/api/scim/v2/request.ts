import type { Hono } from "hono";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { scimRefusal } from "@/lib/directory/scim/refusal";
import { readBounded } from "@/lib/requests/bounded-body";

export type ScimEnv = { Variables: { requestId: string; ctx: DirectoryCtx } };
export type Scim = Hono<ScimEnv>;

const maxBodyBytes = 4 * 1024 * 1024;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The body as JSON, bounded. @throws AppError with `invalidSyntax`, or `payload_too_large`. */
export async function bodyOf(request: Request): Promise<unknown> {
  const bytes = await readBounded(request, maxBodyBytes);
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw scimRefusal("invalidSyntax", "The body is not JSON in UTF-8.");
  }
}

/** The version of an `If-Match`; null: any. One that this service never gave matches nothing. */
export function versionOf(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined || ifMatch.trim() === "*") return null;
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(ifMatch.trim())?.[1];
  return version === undefined ? -1 : Number(version);
}

import { z } from "zod";
import { cleanText } from "@/lib/text";
import { known } from "./known";
import type { PatchStep } from "./patch";

/** Our extension of a user (RFC 7643, section 3.3): who somebody is in a chat where requests may be decided. */
export const chatUrn = "urn:countersign:params:scim:schemas:extension:chat:2.0:User";
export const chatAttributes = ["slackUserId", "chatUserId"] as const;

const line = z.preprocess((value) => (value === null || value === "" ? undefined : value), cleanText({ max: 200 }).optional());
export const ChatExtension = z.preprocess((each) => (each === null ? undefined : known(each, chatAttributes)), z.object({ slackUserId: line, chatUserId: line }).optional());

const urn = chatUrn.toLowerCase();

/** Whether a step of a PATCH is about the extension, or an attribute of it. */
export function isOfChat({ path }: PatchStep): boolean {
  return path.attribute === urn || path.attribute.startsWith(`${urn}:`);
}

/** The extension after one step. */
export function patchChat(before: unknown, { op, path, value }: PatchStep): unknown {
  if (path.attribute === urn) return op === "remove" ? undefined : { ...(before as object), ...(known(value, chatAttributes) as object) };
  const name = chatAttributes.find((each) => path.attribute === `${urn}:${each.toLowerCase()}`);
  return name ? { ...(before as object), [name]: op === "remove" ? undefined : value } : before;
}

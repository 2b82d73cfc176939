import { maskText } from "@/lib/approvals/mask";

// What turns text around or hides in it goes; what breaks lines becomes a space.
const hidden = /\p{Cf}|\p{Co}|\p{Cs}|\u034F|[\u115F\u1160\u3164\uFFA0]/gu;
const breaking = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;

/**
 * Somebody's text as one line for a chat: without hidden characters, with secrets masked, and cut. It is cleaned before it is
 * masked, so that an invisible character does not hide a secret, and masked before it is cut, so that none is cut in two.
 * Addresses are written so that no chat makes links of them: a message of the portal links to the portal alone.
 */
export function plainLine(text: string, most: number): string {
  // More than anybody would be shown is not looked at either: masking takes time in proportion.
  const cleaned = text.slice(0, 20_000).replace(hidden, "").replace(breaking, " ").trim();
  const masked = maskText(cleaned).text.replaceAll("://", "[:]//");
  const signs = Array.from(masked);
  return signs.length <= most ? masked : `${signs.slice(0, most - 1).join("")}…`;
}

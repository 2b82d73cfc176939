import { accountOf } from "./device";
import { sessionCookie } from "./cookie";

/**
 * The cookie of a browser that an account need not show a factor in. One for each account, since several people may use one
 * browser; without the row of its token, and the browser's own mark beside it, it says nothing.
 */
export function rememberedCookie(email: string) {
  const { name, options } = sessionCookie();
  return { name: name.replace(".session", `.remembered-${accountOf(email).slice(0, 12)}`), options: { ...options, sameSite: "strict" as const } };
}

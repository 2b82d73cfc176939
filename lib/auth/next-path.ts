/** Where to go after signing in: a path of this portal, or its home for anything that could lead elsewhere. */
export function safeNextPath(value: unknown): string {
  if (typeof value !== "string" || !value.startsWith("/") || value.length > 2_000) return "/";
  const base = "https://portal.invalid";
  if (!URL.canParse(value, base)) return "/";
  const url = new URL(value, base);
  // `/.//elsewhere` is a path here, and another host once its dots are resolved.
  if (url.origin !== base || url.pathname.startsWith("//") || /^\/(sign-in|sso|confirm|first|invitation|reset|api)(\/|$)/.test(url.pathname)) return "/";
  return `${url.pathname}${url.search}`;
}

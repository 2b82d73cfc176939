/** Set by `proxy.ts` on every page request, over whatever was sent: the path and query, so that signing in leads back to it. */
export const pathHeader = "x-countersign-path";

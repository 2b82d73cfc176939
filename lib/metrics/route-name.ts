/** What follows /api/v1. */
const apiPath = /^\/api\/v1\/(actions|runs|network|budget-requests|budgets|me|openapi\.json)(\/[^/]+)?(\/(wait|grant|outcome|cancel|output|files|stop))?(\/[^/]+)?\/?$/;
const doors = /^\/api\/(auth|budgets|inngest|live|runner)(?:\/|$)/;
const pages = /^\/(account|agents|approvals|audit|budgets|confirm|docs|first|healthz|invitation|mailbox|metrics|notices|readyz|reset|runs|settings|sign-in|status)(?:\/|$)/;

/**
 * The route of an address, out of a short list: ids, names and whatever a stranger tries become the same few words, so
 * that nobody can make a series of their own.
 */
export function routeName(url: string): string {
  const end = url.indexOf("?");
  const path = end < 0 ? url : url.slice(0, end);
  if (path === "/") return "/";
  const api = apiPath.exec(path);
  if (api) {
    const [, resource = "", id, , verb, last] = api;
    return `/api/v1/${resource}${id ? "/:id" : ""}${verb ? `/${verb}` : ""}${last ? "/:name" : ""}`;
  }
  const door = doors.exec(path);
  if (door) return `/api/${door[1] ?? ""}`;
  if (path.startsWith("/_next/")) return "/_next";
  return pages.exec(path)?.[0].replace(/\/$/, "") ?? "other";
}

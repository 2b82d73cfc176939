import type { Response } from "@playwright/test";

/** What is wrong with the headers of a page and with what is written into it; empty if nothing is. */
export async function chinks(response: Response): Promise<string[]> {
  const headers = response.headers();
  const policy = new Map((headers["content-security-policy"] ?? "").split(";").map((part) => [part.trim().split(" ")[0] ?? "", part.trim().split(" ").slice(1)] as const));
  const nonce = (policy.get("script-src") ?? []).map((source) => /^'nonce-(.{20,})'$/.exec(source)?.[1]).find(Boolean) ?? "none";
  const html = await response.text();
  const scripts = [...html.matchAll(/<script\b([^>]*)>/g)].map(([, attributes = ""]) => attributes);
  const tags = html.replace(/(<script\b[^>]*>)[^]*?<\/script>/g, "$1").match(/<[a-z][^>]*>/gi) ?? [];
  const wrong: Record<string, unknown> = {
    "sources that let anything in": [...policy.values()].flat().filter((source) => /unsafe-(inline|eval)|^\*|^(https?|data|blob):/.test(source)),
    "not closed by default": policy.get("default-src")?.join(" ") === "'none'" ? [] : ["default-src"],
    "not closed": ["frame-ancestors", "base-uri", "object-src"].filter((name) => policy.get(name)?.join(" ") !== "'none'"),
    "forms go elsewhere": policy.get("form-action")?.join(" ") === "'self'" ? [] : ["form-action"],
    "scripts without the nonce": scripts.filter((attributes) => !attributes.includes(`nonce="${nonce}"`)),
    "styles or handlers in the page": tags.filter((tag) => /^<style|\s(style|on[a-z]+)\s*=/i.test(tag.replace(` ${allowed}`, "").replace(/"[^"]*"/g, '""'))),
    "headers": Object.entries(wanted).filter(([name, value]) => !value.test(headers[name] ?? "")).map(([name]) => `${name}: ${headers[name] ?? "(none)"}`),
  };
  return Object.entries(wrong).flatMap(([what, found]) => (Array.isArray(found) && found.length > 0 ? [`${what}: ${found.join(", ").slice(0, 500)}`] : []));
}

/** What the policy allows by its hash. */
const allowed = 'style="display:none"';

const wanted: Record<string, RegExp> = {
  "x-frame-options": /^DENY$/,
  "x-content-type-options": /^nosniff$/,
  "referrer-policy": /^(same-origin|no-referrer)$/,
  "cross-origin-opener-policy": /^same-origin$/,
  "cross-origin-resource-policy": /^same-origin$/,
  "permissions-policy": /camera=\(\)/,
};

export type ScopeType = "organization" | "workspace" | "template";

/** Where a document holds, as its pages have it in their address. */
export interface Scope {
  scopeType: ScopeType;
  scopeId: string;
}

const written = /^(workspace|template):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** `?scope=workspace:<id>`; nothing, or what cannot be read, is the organization. */
export function readScope(text: string | string[] | undefined, organizationId: string): Scope {
  const [, type, id] = written.exec(typeof text === "string" ? text : "") ?? [];
  return type && id ? { scopeType: type as ScopeType, scopeId: id } : { scopeType: "organization", scopeId: organizationId };
}

/** The same as the value of the address's `scope`; empty for the organization. */
export function scopeParam({ scopeType, scopeId }: Scope): string {
  return scopeType === "organization" ? "" : `${scopeType}:${scopeId}`;
}

/** An address with that scope, and what else is said. */
export function scopeAddress(path: string, scope: Scope, also: Record<string, string | number> = {}): string {
  const query = new URLSearchParams(Object.entries(also).map(([name, value]) => [name, String(value)]));
  const param = scopeParam(scope);
  if (param) query.set("scope", param);
  return query.size > 0 ? `${path}?${query}` : path;
}

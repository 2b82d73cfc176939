import type { SearchParams } from "@/components/data-table/search-params";
import { readTableState } from "@/components/data-table/search-params";
import { AuditFilter, outcomes, severities } from "@/lib/audit/filter";

export const facetIds = ["action", "actor", "type", "workspace", "outcome", "severity", "resource", "ip", "request"] as const;

/** The search that an address holds. What no event can have counts as absent. */
export function readAuditUrl(searchParams: SearchParams) {
  const table = readTableState(searchParams, { sortable: ["seq"], defaultSort: { column: "seq", direction: "desc" }, facets: facetIds });
  const { facets, q, from, to } = table;
  const [resource, ip, request] = [facets.resource[0], facets.ip[0], facets.request[0]];
  const filter: AuditFilter = AuditFilter.parse({
    q,
    action: facets.action,
    actor: facets.actor,
    resourceType: facets.type,
    workspace: facets.workspace.filter(isUuid),
    outcome: outcomes.filter((value) => facets.outcome.includes(value)),
    severity: severities.filter((value) => facets.severity.includes(value)),
    ...(resource ? { resource } : {}),
    ...(ip ? { ip } : {}),
    ...(request ? { request } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
  });
  return { filter, after: position(table.after), before: position(table.before), size: table.size };
}

function position(cursor: string | null): string | null {
  return cursor !== null && /^[1-9]\d{0,15}$/.test(cursor) ? cursor : null;
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

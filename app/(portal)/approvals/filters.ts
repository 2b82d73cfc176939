import type { SearchParams } from "@/components/data-table/search-params";
import { z } from "zod";
import type { Facet } from "@/components/data-table/columns";
import { readTableState } from "@/components/data-table/search-params";
import { may } from "@/lib/ability/authorize";
import { approvalChoices } from "@/lib/approvals/choices";
import { type ListApprovalsInput, ListApprovalsInput as Input } from "@/lib/approvals/list";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { kindLabels } from "./words";

const names = ["kind", "status", "risk", "agent", "workspace", "requester"] as const;

/** The queue's filters and page from the address; what is not one of the offered values counts as absent. */
export function readFilters(searchParams: SearchParams, view: "waiting" | "ended", mine = false): ListApprovalsInput {
  const table = readTableState(searchParams, { sortable: ["createdAt"], defaultSort: { column: "createdAt", direction: "desc" }, facets: names });
  const known = (name: (typeof names)[number]) => {
    const values = table.facets[name].filter((value) => z.safeParse(Input.shape[name], [value]).success);
    return values.length > 0 ? values : undefined;
  };
  const chosen = Object.fromEntries(names.map((name) => [name, known(name)]));
  const alike = z.uuid().safeParse(searchParams.alike).data;
  return Input.parse({ view, alike, mine, ...chosen, after: table.after, before: table.before, size: table.size });
}

/** What the queue can be narrowed to; a choice of one is none. */
export async function queueFacets(ctx: PersonCtx, view: "waiting" | "ended"): Promise<Facet[]> {
  const { agents, workspaces, requesters } = await approvalChoices(ctx);
  const option = (value: string, label: string = value) => ({ value, label });
  const facets: Facet[] = [
    { id: "kind", label: "Kind", options: Object.entries(kindLabels).map(([kind, label]) => option(kind, label)) },
    { id: "risk", label: "Risk", options: ["CRITICAL", "HIGH", "MEDIUM", "LOW"].map((risk) => option(risk)) },
    { id: "agent", label: "Agent", options: agents },
    { id: "workspace", label: "Workspace", options: workspaces },
    { id: "requester", label: "Requester", options: requesters },
  ];
  const outcomes = ["approved", "rejected", "expired", "cancelled"].map((status) => option(status, status[0]?.toUpperCase() + status.slice(1)));
  return [...(view === "ended" ? [{ id: "status", label: "Outcome", options: outcomes }] : []), ...facets.filter((facet) => facet.options.length > 1)];
}

/** Those who decide see first what is theirs to decide; `?show=all` is everything. Those who decide nothing see everything. */
export function showsOnlyMine(ctx: PersonCtx, searchParams: SearchParams): boolean {
  return decides(ctx) && searchParams.show !== "all";
}

export function decides(ctx: PersonCtx): boolean {
  return may(ctx, "approvals", "decide") || may(ctx, "budgets", "override");
}

import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { SearchParams } from "@/components/data-table/search-params";
import { z } from "zod";
import { readTableState } from "@/components/data-table/search-params";
import { may } from "@/lib/ability/authorize";
import { getAction } from "@/lib/actions/get";
import { listActions } from "@/lib/actions/list";
import { actionStatuses, type ActionView } from "@/lib/actions/schemas";
import { requireSession } from "@/lib/ctx/session";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { tablePage } from "../../../table-page";
import { agentOfPage } from "../load";
import { ActionDrawer } from "./action-drawer";
import { ActionsTable } from "./actions-table";

type Props = { params: Promise<{ id: string }>; searchParams: Promise<SearchParams> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Actions of ${(await agentOfPage((await params).id)).name}` };
}

export default async function AgentActionsPage({ params, searchParams }: Props) {
  const [ctx, agent, query] = [await requireSession(), await agentOfPage((await params).id), await searchParams];
  if (!agent.can.viewActions) notFound();
  const table = readTableState(query, { sortable: ["createdAt"], defaultSort: { column: "createdAt", direction: "desc" }, facets: ["status"] });
  const status = actionStatuses.find((known) => known === table.facets.status[0]);
  const [page, open] = await Promise.all([
    tablePage(listActions(ctx, { agentId: agent.id, status, after: table.after ?? undefined, before: table.before ?? undefined, size: table.size })),
    openAction(ctx, agent.id, query.action),
  ]);
  const { currency } = agent;
  return (
    <>
      <ActionsTable
        {...page}
        rows={page.rows.map((row) => ({ ...row, currency }))}
        facets={[{ id: "status", label: "Status", options: actionStatuses.map((value) => ({ value, label: value.replaceAll("_", " ") })) }]}
      />
      {open ? (
        <ActionDrawer action={open} currency={currency} may={{ viewRuns: agent.can.viewRuns, viewApprovals: may(ctx, "approvals", "view", { workspaceId: agent.workspace.id }) }} />
      ) : null}
    </>
  );
}

/** The action that the address names, if it is this agent's. */
async function openAction(ctx: PersonCtx, agentId: string, id: string | string[] | undefined): Promise<ActionView | null> {
  const parsed = z.uuid().safeParse(id);
  if (!parsed.success) return null;
  try {
    const action = await getAction(ctx, { id: parsed.data });
    return action.agentId === agentId ? action : null;
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return null;
    throw error;
  }
}

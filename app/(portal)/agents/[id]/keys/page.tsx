import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { SearchParams } from "@/components/data-table/search-params";
import { readTableState } from "@/components/data-table/search-params";
import { requireSession } from "@/lib/ctx/session";
import { env } from "@/lib/env";
import { listKeys } from "@/lib/keys/list";
import { keyStateOptions } from "../../../settings/keys/key-states";
import { KeysTable } from "../../../settings/keys/keys-table";
import { NewKey } from "../../../settings/keys/new-key";
import { LockCallouts } from "../../../settings/locks/lock-callouts";
import { tablePage } from "../../../table-page";
import { agentOfPage } from "../load";

type Props = { params: Promise<{ id: string }>; searchParams: Promise<SearchParams> };

const defaultSort = { column: "createdAt", direction: "desc" } as const;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Keys of ${(await agentOfPage((await params).id)).name}` };
}

export default async function AgentKeysPage({ params, searchParams }: Props) {
  const [ctx, agent] = [await requireSession(), await agentOfPage((await params).id)];
  if (!agent.can.viewKeys) notFound();
  const table = readTableState(await searchParams, { sortable: ["createdAt"], defaultSort, facets: ["state"] });
  const page = await tablePage(listKeys(ctx, { ...table, agentId: agent.id, states: table.facets.state, direction: table.sort.direction }));
  return (
    <div className="grid gap-4">
      {agent.can.createKeys ? (
        <div className="flex justify-end">
          <NewKey agent={{ id: agent.id, name: agent.name }} appUrl={env().APP_URL} />
        </div>
      ) : null}
      <LockCallouts ctx={ctx} of={page.rows.map(({ id }) => ({ kind: "key", target: id }))} />
      <KeysTable ofAgent {...page} defaultSort={defaultSort} facets={[{ id: "state", label: "State", options: keyStateOptions }]} />
    </div>
  );
}

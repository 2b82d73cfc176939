import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { readTableState, type SearchParams } from "@/components/data-table/search-params";
import { Drawer } from "@/components/ui/drawer";
import { Section } from "@/components/ui/section";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { orNull } from "@/lib/errors";
import { listStandings, loadStanding } from "@/lib/standing/list";
import { tablePage } from "../../table-page";
import { StandingDetail } from "./standing-detail";
import { StandingTable } from "./standing-table";

export const metadata: Metadata = { title: "Standing approvals" };

const defaultSort = { column: "createdAt", direction: "desc" } as const;

export default async function StandingPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await requireSession();
  if (!may(ctx, "approvals", "view")) notFound();
  const asked = await searchParams;
  const table = readTableState(asked, { sortable: ["createdAt"], defaultSort });
  const id = z.uuid().safeParse(asked.open).data;
  const [page, open] = await Promise.all([
    tablePage(listStandings(ctx, { after: table.after, before: table.before, size: table.size })),
    id ? loadStanding(ctx, { id }).catch(orNull("not_found", "forbidden")) : null,
  ]);
  return (
    <Section title="Standing approvals" description="What people said yes to beforehand: for one agent, tool and pattern of arguments, for a time, so often, for so much. A change of the agent's policies ends it; nothing critical passes.">
      <StandingTable {...page} defaultSort={defaultSort} />
      {open ? (
        <Drawer open closeParam="open" title={`Standing approval for ${open.agentName}`}>
          <StandingDetail standing={open} mayRevoke={may(ctx, "approvals", "decide", open)} />
        </Drawer>
      ) : null}
    </Section>
  );
}

import type { Metadata } from "next";
import { HistoryList } from "@/components/governance/history-list";
import { ScopePicker } from "@/components/governance/scope-picker";
import { VersionDrawer } from "@/components/governance/version-drawer";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { requireSession } from "@/lib/ctx/session";
import { tryEgress } from "@/lib/egress/try";
import { publish } from "../actions";
import { agentsUnder } from "../agents-under";
import { documentOfPage, type PageQuery } from "../document";
import { EgressEditor } from "./egress-editor";
import { EgressLists } from "./egress-lists";
import { InEffect } from "./in-effect";

export const metadata: Metadata = { title: "Network of agents" };

export default async function EgressPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const { place, view, choices, opened } = await documentOfPage("egress", await searchParams);
  const { scopeType, scopeId } = place;
  const ctx = await requireSession();
  const [{ effective }, agents] = await Promise.all([tryEgress(ctx, { scopeType, scopeId, url: "", draft: null }), agentsUnder(ctx, place)]);
  const { version, content } = view.current;
  return (
    <div className="grid min-w-0 gap-4">
      <ScopePicker scope={place} choices={choices} />
      {view.mayUpdate ? null : <Callout tone="info">You may read these lists. Publishing others needs the permission policies.update at this level.</Callout>}
      <Card
        title={version === 0 ? "Nothing is published here" : `Version ${version}`}
        description="Agents reach nothing that is not listed. A list bounds those of the levels below it, and what any level denies stays denied."
      >
        {/* Another level is another editor, so that nothing of the one before is left in it. */}
        <EgressEditor key={place.scopeId} place={place} current={{ version, content }} mayUpdate={view.mayUpdate} agents={agents} />
      </Card>
      <InEffect effective={effective} scopeType={scopeType} />
      <HistoryList path="/policies/egress" scope={place} current={version} history={view.history} olderThan={view.olderThan} />
      {opened ? (
        <VersionDrawer place={place} {...opened} current={version} mayUpdate={view.mayUpdate} publish={publish}>
          <EgressLists content={opened.version.content} />
        </VersionDrawer>
      ) : null}
    </div>
  );
}

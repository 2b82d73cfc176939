import type { Metadata } from "next";
import { HistoryList } from "@/components/governance/history-list";
import { ScopePicker } from "@/components/governance/scope-picker";
import { VersionDrawer } from "@/components/governance/version-drawer";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { requireSession } from "@/lib/ctx/session";
import { loadGridsAbove } from "@/lib/policies/load-above";
import { publish } from "../actions";
import { documentOfPage, type PageQuery } from "../document";
import { GridEditor } from "./grid-editor";
import { GridView } from "./grid-view";

export const metadata: Metadata = { title: "Capability grids" };

export default async function CapabilitiesPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const { place, view, choices, opened } = await documentOfPage("capabilities", await searchParams);
  const { above, currency } = await loadGridsAbove(await requireSession(), place);
  const { version, content } = view.current;
  return (
    <div className="grid min-w-0 gap-4">
      <ScopePicker scope={place} choices={choices} />
      {view.mayUpdate ? null : <Callout tone="info">You may read this grid. Publishing another needs the permission policies.update at this level.</Callout>}
      <Card
        title={version === 0 ? "Nothing is published here" : `Version ${version}`}
        description="Tools and limits of every agent below. What is said here is inherited; an agent's own policy can only narrow it."
      >
        {/* Another level is another editor, so that nothing of the one before is left in it. */}
        <GridEditor key={place.scopeId} place={place} version={version} content={content} above={above} currency={currency} mayUpdate={view.mayUpdate} />
      </Card>
      <HistoryList path="/policies/capabilities" scope={place} current={version} history={view.history} olderThan={view.olderThan} />
      {opened ? (
        <VersionDrawer place={place} {...opened} current={version} mayUpdate={view.mayUpdate} publish={publish}>
          <GridView grid={opened.version.content} currency={currency} />
        </VersionDrawer>
      ) : null}
    </div>
  );
}

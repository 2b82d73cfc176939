import type { Metadata } from "next";
import { HistoryList } from "@/components/governance/history-list";
import { ScopePicker } from "@/components/governance/scope-picker";
import { VersionDrawer } from "@/components/governance/version-drawer";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { HostileText } from "@/components/ui/hostile-text";
import { publish } from "../actions";
import { documentOfPage, type PageQuery } from "../document";
import { CedarEditor } from "./cedar-editor";

export const metadata: Metadata = { title: "Cedar policies" };

export default async function CedarPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const { place, view, choices, opened } = await documentOfPage("cedar", await searchParams);
  const { version, content } = view.current;
  return (
    <div className="grid min-w-0 gap-4">
      <ScopePicker scope={place} choices={choices} />
      {view.mayUpdate ? null : <Callout tone="info">You may read these policies. Publishing others needs the permission policies.update at this level.</Callout>}
      <Card
        title={version === 0 ? "Nothing is published here" : `Version ${version}`}
        description="What these texts permit or forbid counts together with the grids and levels of every agent below. A forbid wins over everything."
      >
        {/* Another level is another editor, so that nothing of the one before is left in it. */}
        <CedarEditor key={place.scopeId} place={place} current={{ version, content }} mayUpdate={view.mayUpdate} />
      </Card>
      <HistoryList path="/policies/cedar" scope={place} current={version} history={view.history} olderThan={view.olderThan} />
      {opened ? (
        <VersionDrawer place={place} {...opened} current={version} mayUpdate={view.mayUpdate} publish={publish}>
          <HostileText text={opened.version.content.text} mono lines={40} />
        </VersionDrawer>
      ) : null}
    </div>
  );
}

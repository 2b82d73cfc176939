import type { Metadata } from "next";
import { HistoryList } from "@/components/governance/history-list";
import { ScopePicker } from "@/components/governance/scope-picker";
import { VersionDrawer } from "@/components/governance/version-drawer";
import { Callout } from "@/components/ui/callout";
import { HostileText } from "@/components/ui/hostile-text";
import { requireSession } from "@/lib/ctx/session";
import { loadOrganization } from "@/lib/organizations/load";
import { publish } from "../actions";
import { agentsUnder } from "../agents-under";
import { documentOfPage, type PageQuery } from "../document";
import { CedarEditor } from "./cedar-editor";

export const metadata: Metadata = { title: "Cedar policies" };

export default async function CedarPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const { place, view, choices, opened } = await documentOfPage("cedar", await searchParams);
  const ctx = await requireSession();
  const [{ currency }, agents] = await Promise.all([loadOrganization(ctx), agentsUnder(ctx, place)]);
  const { version, content } = view.current;
  return (
    <div className="grid min-w-0 gap-4">
      <ScopePicker scope={place} choices={choices} />
      {view.mayUpdate ? null : <Callout tone="info">You may read these policies. Publishing others needs the permission policies.update at this level.</Callout>}
      {/* Another level is another editor, so that nothing of the one before is left in it. */}
      <CedarEditor key={place.scopeId} place={place} current={{ version, content }} mayUpdate={view.mayUpdate} agents={agents} currency={currency} />
      <HistoryList path="/policies/cedar" scope={place} current={version} history={view.history} olderThan={view.olderThan} />
      {opened ? (
        <VersionDrawer place={place} {...opened} current={version} mayUpdate={view.mayUpdate} publish={publish}>
          <HostileText text={opened.version.content.text} mono lines={40} />
        </VersionDrawer>
      ) : null}
    </div>
  );
}

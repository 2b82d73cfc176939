import type { Metadata } from "next";
import { HistoryList } from "@/components/governance/history-list";
import { VersionDrawer } from "@/components/governance/version-drawer";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { may } from "@/lib/ability/authorize";
import { listActions } from "@/lib/actions/list";
import { requireSession } from "@/lib/ctx/session";
import { publish } from "../actions";
import { documentOfPage, type PageQuery } from "../document";
import { ClassificationEditor } from "./classification-editor";
import { RulesView } from "./rules-view";

export const metadata: Metadata = { title: "Classification" };

export default async function ClassificationPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const ctx = await requireSession();
  const { place, view, opened } = await documentOfPage("classification", await searchParams);
  const past = may(ctx, "actions", "view") ? await listActions(ctx, { size: 25 }) : null;
  const { version, content } = view.current;
  return (
    <div className="grid min-w-0 gap-4">
      {view.mayUpdate ? null : <Callout tone="info">You may read these rules. Publishing others needs the permission policies.update of the organization.</Callout>}
      <Callout tone="info" title="What no rule lowers">
        What communicates with people outside, moves money, changes central tables or carries a credential is HIGH at least. What an agent declares can only raise its risk.
      </Callout>
      <ClassificationEditor
        place={place}
        current={{ version, content }}
        mayUpdate={view.mayUpdate}
        past={(past?.rows ?? []).map(({ id, tool, operation, decision, createdAt }) => ({ id, tool, operation, risk: decision.risk, createdAt }))}
      />
      <HistoryList path="/policies/classification" scope={place} current={version} history={view.history} olderThan={view.olderThan} />
      {opened ? (
        <VersionDrawer place={place} {...opened} current={version} mayUpdate={view.mayUpdate} publish={publish}>
          <Card title="Rules" headingLevel={3}>
            <RulesView content={opened.version.content} />
          </Card>
        </VersionDrawer>
      ) : null}
    </div>
  );
}

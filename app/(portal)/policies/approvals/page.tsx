import type { Metadata } from "next";
import { HistoryList } from "@/components/governance/history-list";
import { ScopePicker } from "@/components/governance/scope-picker";
import { VersionDrawer } from "@/components/governance/version-drawer";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { may } from "@/lib/ability/authorize";
import { listAskable } from "@/lib/approval-policies/askable";
import { listTriable } from "@/lib/approval-policies/triable";
import { requireSession } from "@/lib/ctx/session";
import { loadOrganization } from "@/lib/organizations/load";
import { publish } from "../actions";
import { documentOfPage, type PageQuery } from "../document";
import { ruleChanges } from "./rule-changes";
import { ruleNames } from "./rule-names";
import { RulesEditor } from "./rules-editor";
import { RulesView } from "./rules-view";

export const metadata: Metadata = { title: "Approval policies" };

export default async function ApprovalPoliciesPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const { place, view, choices, opened } = await documentOfPage("approvals", await searchParams);
  const ctx = await requireSession();
  const workspaceId = place.scopeType === "workspace" ? place.scopeId : null;
  const [askable, past, { currency }] = await Promise.all([listAskable(ctx, { workspaceId }), may(ctx, "approvals", "view") ? listTriable(ctx, { workspaceId }) : [], loadOrganization(ctx)]);
  const nameable = { ...askable, currency };
  const names = ruleNames(nameable);
  const { version, content } = view.current;
  return (
    <div className="grid min-w-0 gap-4">
      <ScopePicker scope={place} choices={choices} />
      {view.mayUpdate ? null : <Callout tone="info">You may read these rules. Publishing others needs the permission policies.update at this level.</Callout>}
      <Card
        title={version === 0 ? "Nothing is published here" : `Version ${version}`}
        description="Whom a request asks. A denial wins; of the other rules the first that fits holds. What the organization and a workspace ask is asked one after the other. A request keeps the rules under which it was asked."
      >
        {/* Another level is another editor, so that nothing of the one before is left in it. */}
        <RulesEditor key={place.scopeId} place={place} current={{ version, content }} mayUpdate={view.mayUpdate} choices={nameable} past={past} />
      </Card>
      <HistoryList path="/policies/approvals" scope={place} current={version} history={view.history} olderThan={view.olderThan} />
      {opened ? (
        <VersionDrawer
          place={place}
          version={opened.version}
          current={version}
          mayUpdate={view.mayUpdate}
          publish={publish}
          changes={ruleChanges(opened.before, opened.version.content, names)}
          back={ruleChanges(content, opened.version.content, names)}
        >
          <RulesView rules={opened.version.content.rules} choices={nameable} />
        </VersionDrawer>
      ) : null}
    </div>
  );
}

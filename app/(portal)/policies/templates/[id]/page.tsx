import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { cache } from "react";
import { z } from "zod";
import { ActionButton } from "@/components/form/action-button";
import { HistoryList } from "@/components/governance/history-list";
import { VersionDrawer } from "@/components/governance/version-drawer";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { ExactTime } from "@/components/ui/exact-time";
import { KeyValue } from "@/components/ui/key-value";
import { StatusBadge } from "@/components/ui/status-badge";
import { requireSession } from "@/lib/ctx/session";
import { orNull } from "@/lib/errors";
import { loadGridsAbove } from "@/lib/policies/load-above";
import { loadTemplate, type TemplateView } from "@/lib/templates/load";
import { publish } from "../../actions";
import { GridEditor } from "../../capabilities/grid-editor";
import { GridView } from "../../capabilities/grid-view";
import { documentOfPage, type PageQuery } from "../../document";
import { archive } from "../actions";
import { RenameTemplate } from "../rename-template";

type Props = { params: Promise<{ id: string }>; searchParams: Promise<PageQuery> };

const templateOfPage = cache(async (id: string): Promise<TemplateView> => {
  if (!z.uuid().safeParse(id).success) notFound();
  const found = await loadTemplate(await requireSession(), { id }).catch(orNull("not_found", "forbidden"));
  return found ?? notFound();
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Template ${(await templateOfPage((await params).id)).name}` };
}

export default async function TemplatePage({ params, searchParams }: Props) {
  const template = await templateOfPage((await params).id);
  const path = `/policies/templates/${template.id}`;
  const { place, view, opened } = await documentOfPage("capabilities", { ...(await searchParams), scope: `template:${template.id}` });
  const { above, currency } = await loadGridsAbove(await requireSession(), place);
  const { version, content } = view.current;
  return (
    <div className="grid min-w-0 gap-4">
      {template.archivedAt ? (
        <Callout tone="warn" title="Archived">
          No agent is given this template any more, and it no longer changes. For agents that have it, it holds on as it is.
        </Callout>
      ) : null}
      <Card title={template.name} actions={
          template.mayChange ? (
            <div className="flex flex-wrap gap-2">
              <RenameTemplate template={template} />
              <Archive template={template} />
            </div>
          ) : undefined
        }>
        <KeyValue
          columns={2}
          items={[
            { term: "For agents of", detail: template.workspace?.name ?? "Every workspace" },
            { term: "Made", detail: <ExactTime at={template.createdAt} /> },
            ...(template.description ? [{ term: "What its agents are for", detail: <span className="whitespace-pre-line">{template.description}</span> }] : []),
            { term: "Network", detail: <Link href={`/policies/egress?scope=template:${template.id}`} className="text-accent hover:underline">Domains that its agents reach</Link> },
          ]}
        />
      </Card>
      <Card title={version === 0 ? "Its grid says nothing yet" : `Grid, version ${version}`} description="Holds for every agent that has this template, together with the grids of its organization and workspace.">
        <GridEditor place={place} version={version} content={content} above={above} currency={currency} mayUpdate={view.mayUpdate} />
      </Card>
      <Card title={template.agentCount === 1 ? "1 agent has it" : `${template.agentCount} agents have it`} flush>
        <ul className="divide-y divide-line">
          {template.agents.map((agent) => (
            <li key={agent.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
              <Link href={`/agents/${agent.id}`} className="inline-flex min-h-6 items-center font-medium hover:underline">
                {agent.name}
              </Link>
              <StatusBadge status={agent.status} />
              <span className="text-muted">{agent.workspace}</span>
            </li>
          ))}
          {template.agents.length < template.agentCount ? <li className="px-4 py-2 text-muted">{template.agentCount - template.agents.length} more are not shown: there are many, or you may not see them.</li> : null}
        </ul>
      </Card>
      <HistoryList path={path} scope={place} current={version} history={view.history} olderThan={view.olderThan} />
      {opened ? (
        <VersionDrawer place={place} {...opened} current={version} mayUpdate={view.mayUpdate} publish={publish}>
          <GridView grid={opened.version.content} currency={currency} />
        </VersionDrawer>
      ) : null}
    </div>
  );
}

function Archive({ template }: { template: TemplateView }) {
  const held = template.agentCount === 1 ? "One agent has it and keeps it" : `${template.agentCount} agents have it and keep it`;
  return (
    <ActionButton
      action={archive}
      input={{ id: template.id }}
      size="sm"
      icon="archive"
      success="The template is archived"
      confirm={{ title: `Archive ${template.name}?`, consequence: `It is given to no further agent, and what it says no longer changes. ${held}: what it says holds on for them.`, confirmLabel: "Archive it" }}
    >
      Archive
    </ActionButton>
  );
}

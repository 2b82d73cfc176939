import Link from "next/link";
import { ActionButton } from "@/components/form/action-button";
import { Badge } from "@/components/ui/badge";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { CopyableId } from "@/components/ui/copyable-id";
import { EmptyState } from "@/components/ui/empty-state";
import type { ProjectRow, WorkspaceRow } from "@/lib/workspaces/list";
import { LockButton } from "../locks/lock-button";
import { closeProject, closeWorkspace } from "./actions";
import { NewProject } from "./new-name";

/** One workspace with its projects. */
export function WorkspaceCard({ workspace, mayLock }: { workspace: WorkspaceRow; mayLock: boolean }) {
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1 wrap-anywhere">
          {workspace.name}
          {workspace.archivedAt ? <Badge icon="archive">Archived</Badge> : null}
        </span>
      }
      description={
        <Link href={`/agents?workspace=${workspace.id}`} className="hover:underline">
          {countOf(workspace.agents)}
        </Link>
      }
      actions={
        <>
          {workspace.can.network ? (
            <ButtonLink href={`/settings/network/${workspace.id}`} size="sm" variant="ghost" icon="network">
              {workspace.network}
            </ButtonLink>
          ) : null}
          {workspace.can.update ? <NewProject workspace={workspace} /> : null}
          {mayLock ? <LockButton kind="workspace" target={workspace.id} size="sm" /> : null}
          {workspace.can.archive ? (
            <ActionButton
              action={closeWorkspace}
              input={{ id: workspace.id }}
              success={`${workspace.name} is archived`}
              size="sm"
              variant="ghost"
              icon="archive"
              confirm={{
                title: `Archive ${workspace.name}?`,
                consequence: "No project or agent can be made in it any more. What happened in it stays readable. It must have no agents that are not retired.",
                confirmLabel: "Archive",
                typed: workspace.name,
              }}
            >
              Archive
            </ActionButton>
          ) : null}
        </>
      }
      flush
    >
      {workspace.projects.length === 0 ? (
        <EmptyState icon="folder" title="No projects">
          An agent needs a project, on which its costs are booked.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {workspace.projects.map((project) => (
            <Project key={project.id} project={project} mayArchive={workspace.can.update} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Project({ project, mayArchive }: { project: ProjectRow; mayArchive: boolean }) {
  return (
    <li className="flex min-h-10 flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-1.5">
      <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium wrap-anywhere">{project.name}</span>
        <CopyableId id={project.id} />
        {project.archivedAt ? <Badge icon="archive">Archived</Badge> : null}
      </span>
      <span className="flex items-center gap-3 text-muted">
        {countOf(project.agents)}
        {mayArchive && !project.archivedAt ? (
          <ActionButton
            action={closeProject}
            input={{ id: project.id }}
            success={`${project.name} is archived`}
            size="sm"
            variant="ghost"
            confirm={{
              title: `Archive ${project.name}?`,
              consequence: "No agent can be put into it any more. What happened in it stays readable. It must have no agents that are not retired.",
              confirmLabel: "Archive",
            }}
          >
            Archive
          </ActionButton>
        ) : null}
      </span>
    </li>
  );
}

function countOf(agents: number): string {
  return agents === 1 ? "1 agent" : `${agents.toLocaleString("en-US")} agents`;
}

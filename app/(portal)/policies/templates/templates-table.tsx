"use client";
import { DataTable, type TableColumn, type TableProps } from "@/components/data-table/data-table";
import { Badge } from "@/components/ui/badge";
import type { TemplateRow } from "@/lib/templates/list";

const columns: TableColumn<TemplateRow>[] = [
  { id: "name", header: "Template", cell: (template) => template.name, phone: "title" },
  { id: "state", header: "State", cell: (template) => <Badge tone={template.archivedAt ? "neutral" : "ok"}>{template.archivedAt ? "Archived" : "In use"}</Badge>, phone: "aside" },
  { id: "workspace", header: "For agents of", cell: (template) => template.workspace?.name ?? "Every workspace" },
  { id: "agents", header: "Agents", cell: (template) => template.agents, align: "end" },
  { id: "grid", header: "Grid", cell: (template) => (template.gridVersion === 0 ? "Says nothing yet" : `Version ${template.gridVersion}`) },
];

export function TemplatesTable(props: TableProps<TemplateRow>) {
  return (
    <DataTable
      id="templates"
      label="Templates"
      columns={columns}
      rowId={(template) => template.id}
      rowHref={(template) => `/policies/templates/${template.id}`}
      {...props}
      empty={{ title: "No templates yet", text: "A template is a blueprint of agents: its grid and its network list hold for every agent that is made from it." }}
    />
  );
}

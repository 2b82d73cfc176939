"use client";
import { useState } from "react";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextAreaField } from "@/components/form/text-area-field";
import { TextField } from "@/components/form/text-field";
import type { AgentChoices } from "@/lib/agents/choices";
import { create, update } from "./actions";
import { agentKindOptions } from "./labels";

type Known = {
  id: string;
  name: string;
  description: string;
  kind: string;
  workspaceId: string;
  projectId: string;
  ownerId: string;
  managerPersonId: string | null;
  managerAgentId: string | null;
};

/** Who an agent is and who answers for it: a new one, or one that is known. */
export function AgentForm({ choices, agent, selfId }: { choices: AgentChoices; agent?: Known; selfId?: string }) {
  const [workspaceId, setWorkspaceId] = useState(agent?.workspaceId ?? (choices.workspaces.length === 1 ? (choices.workspaces[0]?.id ?? "") : ""));
  const projects = choices.workspaces.find((workspace) => workspace.id === workspaceId)?.projects ?? [];
  const templates = choices.templates.filter((template) => template.workspaceId === null || template.workspaceId === workspaceId);
  const people = choices.people.map((person) => ({ value: person.id, label: `${person.name} (${person.email})` }));
  const managers = choices.agents.filter((other) => other.id !== agent?.id).map((other) => ({ value: other.id, label: other.name }));
  const fields = (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField name="name" label="Name" required maxLength={80} defaultValue={agent?.name} autoComplete="off" />
        <SelectField name="kind" label="Kind" required placeholder="Choose…" options={agentKindOptions} defaultValue={agent?.kind ?? ""} />
      </div>
      <TextAreaField name="description" label="What it is for" rows={3} maxLength={1000} defaultValue={agent?.description} hint="Read by whoever decides about its requests." />
      <div className="grid gap-4 sm:grid-cols-2">
        {agent ? null : (
          <SelectField
            name="workspaceId"
            label="Workspace"
            required
            placeholder="Choose…"
            options={choices.workspaces.map(({ id, name }) => ({ value: id, label: name }))}
            value={workspaceId}
            onChange={(event) => setWorkspaceId(event.target.value)}
            hint="It stays in this workspace."
          />
        )}
        <SelectField
          key={workspaceId}
          name="projectId"
          label="Project"
          required
          placeholder={workspaceId ? "Choose…" : "Choose a workspace first"}
          options={projects.map(({ id, name }) => ({ value: id, label: name }))}
          defaultValue={agent?.projectId ?? (projects.length === 1 ? projects[0]?.id : "")}
          hint="Its costs are booked here."
        />
      </div>
      <SelectField
        name="ownerId"
        label="Owner"
        required
        placeholder="Choose…"
        options={people}
        defaultValue={agent?.ownerId ?? (people.some((person) => person.value === selfId) ? selfId : "")}
        hint="Answers for the agent, and may not approve its requests."
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField name="managerPersonId" label="Managed by a person" placeholder="Nobody" options={people} defaultValue={agent?.managerPersonId ?? ""} />
        <SelectField name="managerAgentId" label="Or by an agent" placeholder="None" options={managers} defaultValue={agent?.managerAgentId ?? ""} />
      </div>
      {agent || templates.length === 0 ? null : (
        <SelectField key={`template ${workspaceId}`} name="templateId" label="Template" placeholder="None" options={templates.map(({ id, name }) => ({ value: id, label: name }))} hint="Its policies hold for the agent besides its own." />
      )}
      <FormActions>
        <SubmitButton>{agent ? "Save" : "Create agent"}</SubmitButton>
      </FormActions>
    </>
  );
  if (agent) {
    return (
      <Form action={update} success="Saved" hidden={{ id: agent.id }}>
        {fields}
      </Form>
    );
  }
  return (
    <Form action={create} success="The agent is a draft" redirectTo="/agents/:id">
      {fields}
    </Form>
  );
}

"use client";
import { useState } from "react";
import { SelectField } from "@/components/form/select-field";
import { useAction } from "@/components/form/use-action";
import { Button } from "@/components/ui/button";
import { FailureAlert } from "@/components/form/failure-alert";
import { Dialog } from "@/components/ui/dialog";
import { IconButton } from "@/components/ui/icon-button";
import type { GivenRole, GroupView } from "@/lib/directory/load";
import type { MappingPreview } from "@/lib/directory/preview-group-mapping";
import type { GrantableRole } from "@/lib/people/grantable";
import { previewGroupMappingAction, setGroupMappingAction } from "../actions";
import { PreviewList } from "./preview-list";

type Props = { group: GroupView; roles: readonly GrantableRole[] };

/** Chooses what a group gives, shows who would get and lose what, and only then saves. */
export function MappingDialog({ group, roles }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={<Button size="sm">Map to roles</Button>}
      title={`What ${group.name} gives`}
      description="You can map what you hold yourself. Nothing counts before it is saved."
    >
      <Editor group={group} roles={roles} close={() => setOpen(false)} />
    </Dialog>
  );
}

function Editor({ group, roles, close }: Props & { close: () => void }) {
  const [gives, setGives] = useState<readonly GivenRole[]>(group.gives);
  const [preview, setPreview] = useState<MappingPreview | null>(null);
  const look = useAction(previewGroupMappingAction, { stay: true, onSuccess: setPreview });
  const save = useAction(setGroupMappingAction, { success: `Saved what ${group.name} gives.`, onSuccess: close });
  const failure = look.failure ?? save.failure;
  const input = { groupId: group.id, gives: gives.map(({ value }) => value) };

  function change(next: readonly GivenRole[]) {
    setGives(next);
    setPreview(null);
  }

  return (
    <div className="grid gap-4">
      <FailureAlert failure={failure} />
      <ul className="grid gap-2">
        {gives.length === 0 ? <li className="text-muted">Nothing yet.</li> : null}
        {gives.map((each) => (
          <li key={each.value} className="flex items-center justify-between gap-2 rounded-md border border-line px-3 py-2">
            <span>
              {each.role} <span className="text-muted">on {each.where}</span>
            </span>
            <IconButton icon="x" label={`Take away ${each.role} on ${each.where}`} onClick={() => change(gives.filter(({ value }) => value !== each.value))} />
          </li>
        ))}
      </ul>
      <AddRole roles={roles} add={(role) => change([...gives.filter(({ value }) => value !== role.value), role])} />
      {preview ? <PreviewList preview={preview} /> : null}
      <div className="flex flex-wrap justify-end gap-2">
        {preview ? (
          <Button variant="primary" disabled={save.pending} onClick={() => void save.run(input)}>
            Save
          </Button>
        ) : (
          <Button variant="primary" icon="eye" disabled={look.pending} onClick={() => void look.run(input)}>
            See who gets and loses what
          </Button>
        )}
      </div>
    </div>
  );
}

function AddRole({ roles, add }: { roles: readonly GrantableRole[]; add: (role: GivenRole) => void }) {
  const [chosen, setChosen] = useState({ role: "", place: "organization" });
  const role = roles.find((each) => each.role === chosen.role);
  const places = role?.places.map(({ id, name }) => ({ value: id ?? "organization", label: name })) ?? [];
  const place = places.find(({ value }) => value === chosen.place) ?? places[0];
  return (
    <div className="grid items-end gap-2 rounded-md bg-sunken p-3 sm:grid-cols-[1fr_1fr_auto]">
      <SelectField
        name="role"
        label="Role"
        required
        placeholder="Choose a role"
        value={chosen.role}
        options={roles.map((each) => ({ value: each.role, label: each.label }))}
        onChange={(event) => setChosen({ ...chosen, role: event.target.value })}
      />
      <SelectField name="place" label="Where" required value={place?.value ?? ""} disabled={!role} options={places} onChange={(event) => setChosen({ ...chosen, place: event.target.value })} />
      <Button icon="plus" disabled={!role || !place} onClick={() => role && place && add({ value: `${role.role}@${place.value}`, role: role.label, where: place.value === "organization" ? "the whole organization" : place.label })}>
        Add
      </Button>
    </div>
  );
}

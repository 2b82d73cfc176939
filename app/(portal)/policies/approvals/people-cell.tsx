"use client";
import { permissionTable } from "@/lib/ability/permissions";
import type { PolicyPeople } from "@/lib/approval-policies/content";
import { askableRoles } from "@/lib/approval-policies/terms";
import { FilteredBoxes } from "./filtered-boxes";

export type Named = { id: string; name: string };

type Props = { legend: string; value: readonly PolicyPeople[]; people: readonly Named[]; onValue: (value: PolicyPeople[]) => void };

/** Whom a rule means: roles, who manages the agent, or people by name. */
export function PeopleCell({ legend, value, people, onValue }: Props) {
  const options: { label: string; who: PolicyPeople }[] = [
    { label: "Anybody who decides requests", who: { kind: "decider" } },
    ...askableRoles.map((role) => ({ label: permissionTable[role].label, who: { kind: "role" as const, role } })),
    { label: "Who manages the agent", who: { kind: "agent_manager" } },
    ...people.map(({ id, name }) => ({ label: name, who: { kind: "person" as const, personId: id } })),
  ];
  const lost = value.filter((one) => !options.some(({ who }) => same(who, one))).map((who) => ({ label: "Somebody who cannot decide here any more", who }));
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-sm text-muted">{legend}</legend>
      <FilteredBoxes
        of="roles and people"
        boxes={[...options, ...lost].map(({ label, who }) => ({
          key: JSON.stringify(who),
          label,
          checked: value.some((one) => same(one, who)),
          onChange: (ticked) => onValue(ticked ? [...value, who] : value.filter((one) => !same(one, who))),
        }))}
      />
    </fieldset>
  );
}

function same(one: PolicyPeople, other: PolicyPeople): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

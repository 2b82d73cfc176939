"use client";
import { useState } from "react";
import { DateField } from "@/components/form/date-field";
import { SelectField } from "@/components/form/select-field";
import type { GrantableRole } from "@/lib/people/grantable";

type Props = {
  roles: readonly GrantableRole[];
  /** YYYY-MM-DD in the organization's time zone. */
  today: string;
  threeWeeks: string;
  chosen?: { role: string; workspaceId: string | null; lastDay: string | null };
};

/** Which role, where, and for how long; what the role may do is said before it is given. */
export function GrantFields({ roles, today, threeWeeks, chosen }: Props) {
  const [name, setName] = useState<string>(chosen?.role ?? "");
  const role = roles.find((candidate) => candidate.role === name);
  return (
    <>
      <SelectField
        name="role"
        label="Role"
        required
        placeholder="Choose a role"
        defaultValue={chosen?.role ?? ""}
        options={roles.map((each) => ({ value: each.role, label: each.label }))}
        hint={role?.summary}
        onChange={(event) => setName(event.target.value)}
      />
      {role ? (
        <>
          <details className="rounded-md border border-line bg-sunken px-3 py-2 text-sm">
            <summary className="cursor-pointer font-medium">What it may do: {role.permissions.length} permissions</summary>
            <ul className="mt-2 grid grid-cols-2 gap-x-4 font-mono text-xs text-muted">
              {role.permissions.map((permission) => (
                <li key={permission}>{permission}</li>
              ))}
            </ul>
          </details>
          <SelectField
            key={`${role.role} place`}
            name="workspaceId"
            label="Where"
            required
            defaultValue={chosen?.workspaceId ?? "organization"}
            options={role.places.map((place) => ({ value: place.id ?? "organization", label: place.name }))}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <DateField name="firstDay" label="First day" min={today} hint="Empty: from now on." />
            <DateField
              key={`${role.role} last day`}
              name="lastDay"
              label="Last day"
              min={today}
              required={role.timeLimited}
              defaultValue={chosen?.lastDay ?? (role.timeLimited ? threeWeeks : undefined)}
              hint={role.timeLimited ? "This role always ends." : "Empty: until it is taken away."}
            />
          </div>
        </>
      ) : null}
    </>
  );
}

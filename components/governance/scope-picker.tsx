"use client";
import { usePathname, useRouter } from "next/navigation";
import { useId, useTransition } from "react";
import { Label } from "../ui/label";
import { Select } from "../ui/select";
import { type Scope, scopeAddress, scopeParam, type ScopeType } from "./scope";

export interface ScopeChoice extends Scope {
  name: string;
}

const groups: readonly { type: ScopeType; label: string }[] = [
  { type: "organization", label: "Organization" },
  { type: "workspace", label: "Workspaces" },
  { type: "template", label: "Templates" },
];

/** Which level's document is shown; it stands in the address. */
export function ScopePicker({ scope, choices }: { scope: Scope; choices: readonly ScopeChoice[] }) {
  const id = useId();
  const router = useRouter();
  const pathname = usePathname();
  const [pending, startTransition] = useTransition();
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5" aria-busy={pending}>
      <Label htmlFor={id}>Level</Label>
      <Select
        id={id}
        className="max-w-80 min-w-48 flex-1"
        value={scopeParam(scope)}
        onChange={(event) => {
          const chosen = choices.find((choice) => scopeParam(choice) === event.target.value);
          if (chosen) startTransition(() => router.push(scopeAddress(pathname, chosen)));
        }}
      >
        {groups.map(({ type, label }) => {
          const own = choices.filter((choice) => choice.scopeType === type);
          return own.length === 0 ? null : (
            <optgroup key={type} label={label}>
              {own.map((choice) => (
                <option key={choice.scopeId} value={scopeParam(choice)}>
                  {choice.name}
                </option>
              ))}
            </optgroup>
          );
        })}
      </Select>
    </div>
  );
}

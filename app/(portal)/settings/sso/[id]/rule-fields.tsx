"use client";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { GrantableRole } from "@/lib/people/grantable";

export type Rule = { key: number; claim: string; value: string; role: GrantableRole["role"]; workspaceId: string | null };

type Props = { rules: readonly Rule[]; roles: readonly GrantableRole[]; onChange: (rules: Rule[]) => void };

/** One line for each rule: if this claim has this value, then this role there. */
export function RuleFields({ rules, roles, onChange }: Props) {
  const set = (key: number, change: Partial<Rule>) => onChange(rules.map((rule) => (rule.key === key ? { ...rule, ...change } : rule)));
  const add = () => onChange([...rules, { key: Math.max(0, ...rules.map((rule) => rule.key)) + 1, claim: "groups", value: "", role: roles[0]?.role ?? "viewer", workspaceId: roles[0]?.places[0]?.id ?? null }]);
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 font-medium">Rules</legend>
      {rules.map((rule, at) => {
        const places = roles.find((role) => role.role === rule.role)?.places ?? [];
        return (
          <div key={rule.key} className="grid items-center gap-2 sm:grid-cols-[1fr_1fr_1fr_1fr_auto]">
            <Input aria-label={`Rule ${at + 1}: claim`} value={rule.claim} maxLength={200} placeholder="Claim" onChange={(event) => set(rule.key, { claim: event.target.value })} />
            <Input aria-label={`Rule ${at + 1}: value`} value={rule.value} maxLength={400} placeholder="Value" onChange={(event) => set(rule.key, { value: event.target.value })} />
            <Select aria-label={`Rule ${at + 1}: role`} value={rule.role} onChange={(event) => chooseRole(event.target.value, roles, (change) => set(rule.key, change))}>
              {roles.map((role) => (
                <option key={role.role} value={role.role}>
                  {role.label}
                </option>
              ))}
            </Select>
            <Select aria-label={`Rule ${at + 1}: where`} value={rule.workspaceId ?? "organization"} onChange={(event) => set(rule.key, { workspaceId: event.target.value === "organization" ? null : event.target.value })}>
              {places.map((place) => (
                <option key={place.id ?? "organization"} value={place.id ?? "organization"}>
                  {place.name}
                </option>
              ))}
            </Select>
            <IconButton icon="trash" label={`Remove rule ${at + 1}`} onClick={() => onChange(rules.filter((each) => each.key !== rule.key))} />
          </div>
        );
      })}
      <div>
        <Button size="sm" icon="plus" type="button" onClick={add}>
          Add rule
        </Button>
      </div>
    </fieldset>
  );
}

function chooseRole(name: string, roles: readonly GrantableRole[], set: (change: Partial<Rule>) => void): void {
  const role = roles.find((each) => each.role === name);
  if (role) set({ role: role.role, workspaceId: role.places[0]?.id ?? null });
}

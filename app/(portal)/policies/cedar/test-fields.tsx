"use client";
import { type ReactNode, useId } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { Select } from "@/components/ui/select";
import { boundaryActions, resourcesOf } from "@/lib/cedar/boundary";
import type { PolicyTest, TestRequest } from "@/lib/cedar/content";

type Props = { test: PolicyTest; readOnly: boolean; onChange: (test: PolicyTest) => void };

const expectations = [
  { value: "allow", label: "Allowed" },
  { value: "approval", label: "Asks a person" },
  { value: "deny", label: "Denied" },
] as const;
const risks = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
const levels = ["strict", "standard", "trusted", "isolated"] as const;
const kinds = ["manager", "writer", "analyst", "creative", "researcher", "coder", "coordinator"] as const;

/** One test: what an agent asks, and what must be answered. */
export function TestFields({ test, readOnly, onChange }: Props) {
  const { request } = test;
  const set = (change: Partial<TestRequest>) => onChange({ ...test, request: { ...request, ...change } });
  const text = (name: "tool" | "resource" | "operation" | "at") => ({ readOnly, value: request[name], onChange: ({ target }: { target: { value: string } }) => set({ [name]: target.value }) });
  const id = (name: "agentId" | "workspaceId" | "templateId") => ({
    readOnly,
    value: request[name] ?? "",
    onChange: ({ target }: { target: { value: string } }) => {
      const { [name]: _before, ...rest } = request;
      onChange({ ...test, request: target.value ? { ...rest, [name]: target.value } : rest });
    },
  });

  return (
    <>
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_12rem]">
        <Entry label="Name, as a sentence">{(field) => <Input id={field} maxLength={200} readOnly={readOnly} value={test.name} placeholder="Exports at night are denied" onChange={({ target }) => onChange({ ...test, name: target.value })} />}</Entry>
        <Entry label="Must be">{(field) => <Choice id={field} readOnly={readOnly} value={test.expect} options={expectations} onChange={(expect) => onChange({ ...test, expect })} />}</Entry>
      </div>
      <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
        <Entry label="Boundary">{(field) => <Choice id={field} readOnly={readOnly} value={request.action} options={plain(boundaryActions)} onChange={(action) => onChange({ ...test, request: withoutType({ ...request, action }) })} />}</Entry>
        <Entry label="Tool">{(field) => <Input id={field} className="font-mono" spellCheck={false} autoCapitalize="none" {...text("tool")} />}</Entry>
        <Entry label={resourcesOf[request.action].join(" or ")}>{(field) => <Input id={field} className="font-mono" spellCheck={false} autoCapitalize="none" placeholder="the tool itself" {...text("resource")} />}</Entry>
        <Entry label="Operation">{(field) => <Input id={field} className="font-mono" spellCheck={false} {...text("operation")} />}</Entry>
        <Entry label="Risk">{(field) => <Choice id={field} readOnly={readOnly} value={request.risk} options={plain(risks)} onChange={(risk) => set({ risk })} />}</Entry>
        <Entry label="Cost in micro-units">{(field) => <Input id={field} type="number" min={0} step={1} readOnly={readOnly} value={request.costMicros} onChange={({ target }) => set({ costMicros: Math.max(0, Math.trunc(Number(target.value))) })} />}</Entry>
        <Entry label="Level of the agent">{(field) => <Choice id={field} readOnly={readOnly} value={request.level} options={plain(levels)} onChange={(level) => set({ level })} />}</Entry>
        <Entry label="Kind of agent">{(field) => <Choice id={field} readOnly={readOnly} value={request.kind} options={plain(kinds)} onChange={(kind) => set({ kind })} />}</Entry>
        <Entry label="When, in UTC">{(field) => <Input id={field} className="font-mono" {...text("at")} />}</Entry>
        <Entry label="Agent's id">{(field) => <Input id={field} className="font-mono" placeholder="any" {...id("agentId")} />}</Entry>
        <Entry label="Workspace's id">{(field) => <Input id={field} className="font-mono" placeholder="any" {...id("workspaceId")} />}</Entry>
        <Entry label="Template's id">{(field) => <Input id={field} className="font-mono" placeholder="none" {...id("templateId")} />}</Entry>
      </div>
      <Checkbox label="The agent says what it is for" disabled={readOnly} checked={request.purposeGiven} onChange={({ target }) => set({ purposeGiven: target.checked })} />
    </>
  );
}

/** Another action is done to other things, so what was said of their type no longer holds. */
function withoutType({ resourceType: _type, ...request }: TestRequest): TestRequest {
  return request;
}

function plain<T extends string>(values: readonly T[]): { value: T; label: string }[] {
  return values.map((value) => ({ value, label: value.replaceAll("_", " ") }));
}

function Entry({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="grid min-w-0 content-start gap-1">
      <Label htmlFor={id}>{label}</Label>
      {children(id)}
    </div>
  );
}

type ChoiceProps<T extends string> = { id: string; value: T; options: readonly { value: T; label: string }[]; readOnly: boolean; onChange: (value: T) => void };

function Choice<T extends string>({ id, value, options, readOnly, onChange }: ChoiceProps<T>) {
  return (
    <Select id={id} disabled={readOnly} value={value} onChange={({ target }) => onChange(options.find((option) => option.value === target.value)?.value ?? value)}>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </Select>
  );
}

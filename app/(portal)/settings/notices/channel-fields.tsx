"use client";
import { CheckListField } from "@/components/form/check-list-field";
import { SelectField } from "@/components/form/select-field";
import { TextField } from "@/components/form/text-field";
import { riskOptions, topicOptions } from "./words";

export function NameField({ name }: { name?: string }) {
  return <TextField name="name" label="Name" required maxLength={80} autoComplete="off" defaultValue={name} hint="As your people call it: for example “#approvals”." />;
}

/** What a channel is told. */
export function TellingFields({ topics = ["requests", "escalations", "break_glass"], riskAtLeast = "HIGH" }: { topics?: string[]; riskAtLeast?: string }) {
  return (
    <>
      <CheckListField name="topics" label="What is told" options={topicOptions} defaultValue={topics} />
      <SelectField name="riskAtLeast" label="Requests and escalations from which risk on" options={riskOptions} defaultValue={riskAtLeast} />
    </>
  );
}

"use client";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { nameDomain } from "../actions";

export function AddDomain({ connectionId }: { connectionId: string }) {
  return (
    <Form action={nameDomain} hidden={{ connectionId }} success="The domain is named; now prove that it is yours" reset>
      <TextField name="domain" label="Domain" required maxLength={253} autoComplete="off" placeholder="example.com" />
      <FormActions>
        <SubmitButton>Add domain</SubmitButton>
      </FormActions>
    </Form>
  );
}

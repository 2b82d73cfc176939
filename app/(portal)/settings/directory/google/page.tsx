import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { connectGoogleAction } from "../actions";
import { GoogleFields } from "../google-fields";

export const metadata: Metadata = { title: "Connect Google Workspace" };

const steps = [
  "In the Google Cloud console make a project, turn on the Admin SDK API, make a service account and a key for it in JSON.",
  "In the Google Admin console: Security, Access and data control, API controls, Domain-wide delegation, Add new. The client is the account's number.",
  "Its scopes: https://www.googleapis.com/auth/admin.directory.user.readonly and https://www.googleapis.com/auth/admin.directory.group.readonly",
];

export default async function ConnectGooglePage() {
  const ctx = await requireSession();
  if (!may(ctx, "settings", "update", { workspaceId: null })) notFound();
  return (
    <>
      <PageHeader title="Connect Google Workspace" description="Nothing is read before you test it, and nobody is changed before you have seen what would be." breadcrumbs={[{ href: "/settings/directory", label: "Directory" }]} />
      <div className="grid gap-4">
        <Card title="At Google">
          <ol className="grid list-decimal gap-1 pl-5">
            {steps.map((step) => (
              <li key={step} className="wrap-anywhere">
                {step}
              </li>
            ))}
          </ol>
        </Card>
        <Card title="Connection">
          <Form action={connectGoogleAction} success="It is kept. Test it now." redirectTo="/settings/directory/:id" className="max-w-3xl">
            <TextField name="name" label="Name" required maxLength={80} autoComplete="off" hint="As your people call it: for example “Company Google”." />
            <GoogleFields />
            <FormActions>
              <SubmitButton>Connect</SubmitButton>
            </FormActions>
          </Form>
        </Card>
      </div>
    </>
  );
}

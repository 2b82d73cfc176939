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
import { connectLdapAction } from "../actions";
import { LdapFields } from "../ldap-fields";

export const metadata: Metadata = { title: "Connect LDAP" };

export default async function ConnectLdapPage() {
  const ctx = await requireSession();
  if (!may(ctx, "settings", "update", { workspaceId: null })) notFound();
  return (
    <>
      <PageHeader title="Connect LDAP or Active Directory" description="Nothing is read before you test it, and nobody is changed before you have seen what would be." breadcrumbs={[{ href: "/settings/directory", label: "Directory" }]} />
      <Card title="Connection">
        <Form action={connectLdapAction} success="It is kept. Test it now." redirectTo="/settings/directory/:id" className="max-w-3xl">
          <TextField name="name" label="Name" required maxLength={80} autoComplete="off" hint="As your people call it: for example “Company AD”." />
          <LdapFields />
          <FormActions>
            <SubmitButton>Connect</SubmitButton>
          </FormActions>
        </Form>
      </Card>
    </>
  );
}

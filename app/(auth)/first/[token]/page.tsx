import type { Metadata } from "next";
import { TextField } from "@/components/form/text-field";
import { AuthShell } from "@/components/shell/auth-shell";
import { ButtonLink } from "@/components/ui/button-link";
import { loadBootstrapLink } from "@/lib/auth/first-admin";
import { requestInfo } from "@/lib/ctx/session";
import { orNull } from "@/lib/errors";
import { NewAccountForm } from "../../new-account-form";
import { createFirstAdminAction } from "./actions";

export const metadata: Metadata = { title: "First administrator" };

export default async function FirstAdminPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const { ip } = await requestInfo();
  // Who tried many links that never were sees what everybody sees whose link leads nowhere.
  const link = await loadBootstrapLink(token, ip).catch(orNull("rate_limited"));
  if (!link) {
    return (
      <AuthShell title="This link no longer works" description="It was used, was replaced by a newer one, or is too old. If nobody has signed in yet, start the portal again: it prints a new link.">
        <ButtonLink href="/sign-in" variant="primary">
          Sign in
        </ButtonLink>
      </AuthShell>
    );
  }
  return (
    <AuthShell
      title={link.organization ? `Administer ${link.organization.name}` : "Set up Countersign"}
      description="You become the first administrator. This link works once."
    >
      <NewAccountForm action={createFirstAdminAction} token={token} submit="Create account and sign in" askTimeZone={!link.organization}>
        {link.organization ? null : (
          <TextField name="organizationName" label="Organization" autoComplete="organization" required maxLength={80} hint="The company whose agents are governed here." />
        )}
        <TextField name="name" label="Your name" autoComplete="name" required maxLength={80} />
        <TextField name="email" label="Email" type="email" autoComplete="username" required maxLength={254} />
      </NewAccountForm>
    </AuthShell>
  );
}

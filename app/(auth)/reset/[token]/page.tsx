import type { Metadata } from "next";
import { AuthShell } from "@/components/shell/auth-shell";
import { ButtonLink } from "@/components/ui/button-link";
import { requestInfo } from "@/lib/ctx/session";
import { orNull } from "@/lib/errors";
import { loadLink } from "@/lib/people/email-link";
import { NewPasswordForm } from "./new-password-form";

export const metadata: Metadata = { title: "New password" };

export default async function NewPasswordPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const { ip } = await requestInfo();
  // Who tried many links that never were sees what everybody sees whose link leads nowhere.
  const link = await loadLink("reset", token, ip).catch(orNull("rate_limited"));
  if (!link) {
    return (
      <AuthShell title="This link no longer works" description="It was used, was replaced by a newer one, or is older than 30 minutes.">
        <ButtonLink href="/reset" variant="primary">
          Ask for a new one
        </ButtonLink>
      </AuthShell>
    );
  }
  return (
    <AuthShell title="Choose a new password" description="All your sessions end with it, and you sign in anew.">
      <NewPasswordForm token={token} email={link.person.email} />
    </AuthShell>
  );
}

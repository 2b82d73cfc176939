import type { Metadata } from "next";
import { AuthShell } from "@/components/shell/auth-shell";
import { ButtonLink } from "@/components/ui/button-link";
import { requestInfo } from "@/lib/ctx/session";
import { orNull } from "@/lib/errors";
import { loadLink } from "@/lib/people/email-link";
import { ConfirmForm } from "./confirm-form";

export const metadata: Metadata = { title: "Confirm your address" };

export default async function ConfirmPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const { ip } = await requestInfo();
  const link = await loadLink("address", token, ip).catch(orNull("rate_limited"));
  if (!link) {
    return (
      <AuthShell title="This link no longer works" description="It was used, was replaced by a newer one, or is older than 30 minutes. Ask for a new one in your account.">
        <ButtonLink href="/account" variant="primary">
          My account
        </ButtonLink>
      </AuthShell>
    );
  }
  return (
    <AuthShell title="Confirm your address" description={`${link.person.name} signs in to ${link.organization} with this address from then on.`}>
      {/* A click, since mail programs look at links by themselves. */}
      <ConfirmForm token={token} email={link.email} />
    </AuthShell>
  );
}

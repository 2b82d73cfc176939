import type { Metadata } from "next";
import { TextField } from "@/components/form/text-field";
import { AuthShell } from "@/components/shell/auth-shell";
import { ButtonLink } from "@/components/ui/button-link";
import { requestInfo } from "@/lib/ctx/session";
import { orNull } from "@/lib/errors";
import { findInvitation, loadInvitation } from "@/lib/people/invitation";
import { NewAccountForm } from "../../new-account-form";
import { acceptInvitationAction } from "./actions";

export const metadata: Metadata = { title: "Invitation" };

const closed = {
  unknown: "The link is not complete, or was replaced by a newer one. Open it from the last mail you got.",
  used: "It was accepted already. Sign in with the password that you chose.",
  revoked: "It was withdrawn or replaced by a newer one. Ask whoever invited you.",
  expired: "It was not accepted in time. Ask whoever invited you to send it again.",
};

export default async function InvitationPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const { ip } = await requestInfo();
  // Who tried many links that never were sees what everybody sees whose link leads nowhere.
  const invitation = await loadInvitation(await findInvitation(token, ip).catch(orNull("rate_limited")));
  if (invitation.state !== "open") {
    return (
      <AuthShell title="This invitation is not open" description={closed[invitation.state]}>
        <ButtonLink href="/sign-in" variant="primary">
          Sign in
        </ButtonLink>
      </AuthShell>
    );
  }
  return (
    <AuthShell
      title={`Join ${invitation.organization}`}
      description={
        <>
          <p>{invitation.invitedBy ? `${invitation.invitedBy} invited you` : "You are invited"} as:</p>
          <ul className="mt-1 list-inside list-disc">
            {invitation.roles.map((role) => (
              <li key={`${role.label} ${role.where}`}>
                <strong className="font-medium text-ink">{role.label}</strong> on {role.where}
              </li>
            ))}
          </ul>
        </>
      }
    >
      <NewAccountForm action={acceptInvitationAction} token={token} submit="Accept and sign in">
        <TextField name="name" label="Your name" autoComplete="name" required maxLength={80} defaultValue={invitation.name} />
        {/* Read by password managers; the address itself comes from the invitation. */}
        <div className="grid gap-1.5">
          <span className="text-sm font-medium">Email</span>
          <span className="break-all">{invitation.email}</span>
          <input type="email" autoComplete="username" readOnly hidden defaultValue={invitation.email} />
        </div>
      </NewAccountForm>
    </AuthShell>
  );
}

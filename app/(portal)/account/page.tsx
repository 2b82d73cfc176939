import type { Metadata } from "next";
import { ActionButton } from "@/components/form/action-button";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Card } from "@/components/ui/card";
import { KeyValue } from "@/components/ui/key-value";
import { PageHeader } from "@/components/ui/page-header";
import { permissionTable } from "@/lib/ability/permissions";
import { requireSession } from "@/lib/ctx/session";
import { listRemembered } from "@/lib/mfa/list-remembered";
import { loadFactors } from "@/lib/mfa/load";
import { loadOrganization } from "@/lib/organizations/load";
import { loadOwnEmail } from "@/lib/people/own-email";
import { loadPresence } from "@/lib/presence/load";
import { listSessions } from "@/lib/sessions/list";
import { EmailCard } from "./email/email-card";
import { changePasswordAction, revokeOtherSessionsAction } from "./actions";
import { PresenceCard } from "./presence/presence-card";
import { FactorsCard } from "./factors-card";
import { RememberedCard } from "./remembered-card";
import { SessionList } from "./session-list";

export const metadata: Metadata = { title: "My account" };

export default async function AccountPage() {
  const ctx = await requireSession();
  const [organization, sessions, security, email, remembered, presence] = await Promise.all([
    loadOrganization(ctx), listSessions(ctx, { personId: ctx.actor.id }), loadFactors(ctx), loadOwnEmail(ctx), listRemembered(ctx), loadPresence(ctx),
  ]);
  const roles = [...new Set(ctx.actor.roles.map((held) => permissionTable[held.role].label))];
  return (
    <>
      <PageHeader title="My account" />
      <div className="grid gap-4">
        <Card title="Profile">
          <KeyValue
            items={[
              { term: "Name", detail: ctx.actor.name },
              { term: "Email", detail: ctx.actor.email },
              { term: "Organization", detail: organization.name },
              { term: "Roles", detail: roles.join(", ") },
            ]}
          />
        </Card>
        <PresenceCard {...presence} />
        <FactorsCard {...security} />
        <RememberedCard browsers={remembered} />
        <Card
          title="Sessions"
          description="Where you are signed in now. End what you do not know, then change your password."
          flush
          actions={
            sessions.length > 1 ? (
              <ActionButton action={revokeOtherSessionsAction} input={{}} success="Signed out everywhere else." size="sm" icon="sign-out">
                Sign out everywhere else
              </ActionButton>
            ) : null
          }
        >
          <SessionList sessions={sessions} mayRevoke />
        </Card>
        <EmailCard {...email} />
        <Card title="Password" description="Changing it ends your other sessions.">
          <Form action={changePasswordAction} success="Password changed; your other sessions have ended." reset className="max-w-sm">
            <input type="email" autoComplete="username" readOnly hidden defaultValue={ctx.actor.email} />
            <TextField name="current" label="Current password" type="password" autoComplete="current-password" required maxLength={256} />
            <TextField name="password" label="New password" type="password" autoComplete="new-password" required minLength={12} maxLength={256} hint="At least 12 characters. A few unrelated words are good." />
            <FormActions>
              <SubmitButton>Change password</SubmitButton>
            </FormActions>
          </Form>
        </Card>
      </div>
    </>
  );
}

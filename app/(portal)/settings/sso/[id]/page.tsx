import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ActionButton } from "@/components/form/action-button";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyableId } from "@/components/ui/copyable-id";
import { KeyValue } from "@/components/ui/key-value";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { listGrantable } from "@/lib/people/grantable";
import { listGlass } from "@/lib/sso/list-glass";
import { type ConnectionView, listConnections } from "@/lib/sso/list";
import { listTrouble } from "@/lib/sso/list-trouble";
import { loadTest } from "@/lib/sso/load-test";
import { remove } from "../actions";
import { Domains } from "./domains";
import { IdentityConflicts } from "./identity-conflicts";
import { MappingForm } from "./mapping-form";
import { Provider } from "./provider";
import { Refusals } from "./refusals";
import { TestButton } from "./test-button";
import { TestResult } from "./test-result";

export const metadata: Metadata = { title: "Single sign-on" };

const organization = { workspaceId: null };

export default async function ConnectionPage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requireSession();
  if (!may(ctx, "settings", "read", organization)) notFound();
  const { id } = await params;
  const connection = (await listConnections(ctx)).find((each) => each.id === id);
  if (!connection) notFound();
  const mayChange = may(ctx, "settings", "update", organization);
  const [{ refusals, conflicts }, glass, tested, grantable] = await Promise.all([
    listTrouble(ctx, { id }),
    listGlass(ctx),
    mayChange ? loadTest(ctx, { id }) : null,
    mayChange ? listGrantable(ctx, "update_role") : [],
  ]);
  return (
    <>
      <PageHeader
        title={connection.name}
        breadcrumbs={[{ href: "/settings/sso", label: "Single sign-on" }]}
        meta={<Badge>{connection.kind === "oidc" ? "OpenID Connect" : "SAML 2.0"}</Badge>}
        actions={mayChange ? <Actions connection={connection} /> : undefined}
      />
      <div className="grid gap-4">
        {conflicts.length > 0 ? (
          <Card title="Accounts whose address is somebody else's" flush>
            <IdentityConflicts conflicts={conflicts} mayChange={mayChange} />
          </Card>
        ) : null}
        <Card title="1. Tell your identity provider" description="Everything it asks for, to be copied.">
          <Ours connection={connection} />
        </Card>
        <Card title="2. Test" description="Sign in there once, in another tab. It makes no session; what came back is shown here.">
          {tested ? <TestResult test={tested} /> : <p className="text-muted">You have not tested it yet.</p>}
        </Card>
        {mayChange ? (
          <Card title="3. Map claims to roles" description="What your identity provider says of somebody, and what they may do here because of it.">
            <MappingForm connection={connection} roles={grantable.filter((role) => !role.timeLimited)} />
          </Card>
        ) : null}
        <Card title="4. Verify domains" description="Only addresses of a verified domain sign in by it. A domain belongs to one organization and one connection." flush>
          <Domains connection={connection} mayChange={mayChange} personId={ctx.actor.id} glass={glass} />
        </Card>
        <Card title="Refused sign-ins" description="The last ones, with the exact reason. The audit has all of them." flush>
          <Refusals refusals={refusals} />
        </Card>
        <Provider connection={connection} mayChange={mayChange} />
      </div>
    </>
  );
}

function Actions({ connection: { id, name } }: { connection: ConnectionView }) {
  return (
    <>
      <TestButton id={id} />
      <ActionButton
        action={remove}
        input={{ id }}
        redirectTo="/settings/sso"
        success={`${name} is removed`}
        variant="ghost"
        icon="trash"
        confirm={{ title: `Remove ${name}?`, consequence: "Nobody signs in by it any more, and its domains are given up. Who is signed in stays so.", confirmLabel: "Remove", typed: name }}
      >
        Remove
      </ActionButton>
    </>
  );
}

function Ours({ connection: { kind, signsRequests, ours } }: { connection: ConnectionView }) {
  if (kind === "oidc") return <KeyValue items={[{ term: "Redirect URI", detail: <CopyableId id={ours.callback} full /> }, { term: "Scopes", detail: "openid email profile" }, { term: "Flow", detail: "Authorization code with PKCE" }, { term: "Post-logout redirect URI", detail: <CopyableId id={ours.signedOut} full /> }, { term: "Back-channel logout URI", detail: <CopyableId id={ours.backChannel} full /> }]} />;
  return (
    <div className="grid gap-4">
      <KeyValue
        items={[
          { term: "ACS URL", detail: <CopyableId id={ours.callback} full /> },
          { term: "Entity id", detail: <CopyableId id={ours.entityId} full /> },
          { term: "Signing", detail: "RSA with SHA-256; assertion or response, or both" },
          { term: "Encryption", detail: "Off" },
          { term: "Single logout URL", detail: ours.certificate ? <CopyableId id={ours.signOut} full /> : <span className="text-muted">Save “Sign-out” below once, which makes the key that it needs</span> },
          { term: "Requests", detail: signsRequests ? "All signed, RSA with SHA-256" : "To sign out: signed, RSA with SHA-256; to sign in: not signed" },
        ]}
      />
      <CodeBlock code={ours.metadata} label="Our metadata" language="xml" />
      {ours.certificate ? <CodeBlock code={ours.certificate} label="Our signing certificate" language="pem" /> : null}
    </div>
  );
}

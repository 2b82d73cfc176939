import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { KeyValue } from "@/components/ui/key-value";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { type ConnectionView, listConnections } from "@/lib/sso/list";
import { CertificateState } from "./certificate-state";
import { ConnectOidc, ConnectSaml } from "./connect";

export const metadata: Metadata = { title: "Single sign-on" };

const organization = { workspaceId: null };

export default async function SsoSettingsPage() {
  const ctx = await requireSession();
  if (!may(ctx, "settings", "read", organization)) notFound();
  const connections = await listConnections(ctx);
  const mayChange = may(ctx, "settings", "update", organization);
  return (
    <>
      <PageHeader
        title="Single sign-on"
        description="Your identity providers. Connect one, test it, verify a domain, and its people sign in there."
        actions={
          mayChange ? (
            <>
              <ConnectOidc />
              <ConnectSaml />
            </>
          ) : undefined
        }
      />
      <div className="grid gap-4">
        {connections.length === 0 ? (
          <EmptyState icon="sign-in" title="No identity provider is connected">
            Everybody signs in with an email address and a password.
          </EmptyState>
        ) : (
          connections.map((connection) => <ConnectionCard key={connection.id} connection={connection} />)
        )}
      </div>
    </>
  );
}

function ConnectionCard({ connection }: { connection: ConnectionView }) {
  const { id, name, kind, issuer, domains, testedAt, certificates } = connection;
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1 wrap-anywhere">
          <Link href={`/settings/sso/${id}`} className="hover:underline">
            {name}
          </Link>
          <Badge>{kind === "oidc" ? "OpenID Connect" : "SAML 2.0"}</Badge>
          {testedAt ? <Badge tone="ok" icon="check">Tested</Badge> : <Badge tone="warn" icon="warning">Not tested</Badge>}
        </span>
      }
    >
      <KeyValue
        items={[
          { term: "Issuer", detail: issuer },
          { term: "Domains", detail: domains.length === 0 ? "None: nobody signs in by it yet" : domains.map((each) => `${each.domain}${each.enforcedAt ? " (required)" : each.verifiedAt ? "" : " (not verified)"}`).join(", ") },
          ...certificates.map((certificate) => ({ term: "Certificate", detail: <CertificateState certificate={certificate} /> })),
        ]}
      />
    </Card>
  );
}

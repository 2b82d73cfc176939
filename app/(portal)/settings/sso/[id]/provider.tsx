import { ActionButton } from "@/components/form/action-button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { CopyableId } from "@/components/ui/copyable-id";
import { KeyValue } from "@/components/ui/key-value";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ConnectionView } from "@/lib/sso/list";
import { dropCertificate } from "../actions";
import { CertificateState } from "../certificate-state";
import { AddCertificate, ReplaceSecret } from "./change-keys";
import { ReadMetadata } from "./read-metadata";
import { SignOut } from "./sign-out";

/** What is known of the identity provider, and how its keys are changed without connecting it anew. */
export function Provider({ connection, mayChange }: { connection: ConnectionView; mayChange: boolean }) {
  const { id, kind, issuer, clientId, signInUrl, signOutUrl, certificates, metadata } = connection;
  return (
    <Card title="The identity provider" actions={mayChange ? kind === "oidc" ? <ReplaceSecret id={id} /> : <SamlActions connection={connection} /> : undefined}>
      <div className="grid gap-4">
        {metadata?.error ? (
          <Callout tone="warn" title="The metadata could not be taken when they were read last.">
            {metadata.error}
          </Callout>
        ) : null}
        <KeyValue
          items={[
            { term: "Issuer", detail: <CopyableId id={issuer} full /> },
            ...(clientId ? [{ term: "Client id", detail: <CopyableId id={clientId} full /> }] : []),
            ...(signInUrl ? [{ term: "Sign-in URL", detail: signInUrl }] : []),
            ...(kind === "saml" ? [{ term: "Sign-out URL", detail: signOutUrl ?? <span className="text-muted">None: who signs out here stays signed in there</span> }] : []),
            ...(metadata ? [{ term: "Metadata", detail: <Metadata {...metadata} /> }] : []),
            ...certificates.map((certificate) => ({
              term: "Certificate",
              detail: (
                <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <CertificateState certificate={certificate} />
                  <CopyableId id={certificate.fingerprint} />
                  {mayChange && certificates.length > 1 ? <Drop id={id} fingerprint={certificate.fingerprint} /> : null}
                </span>
              ),
            })),
          ]}
        />
      </div>
    </Card>
  );
}

function SamlActions({ connection }: { connection: ConnectionView }) {
  return (
    <span className="flex flex-wrap gap-2">
      <ReadMetadata connection={connection} />
      <AddCertificate id={connection.id} />
      <SignOut connection={connection} />
    </span>
  );
}

function Metadata({ url, readAt }: { url: string; readAt: Date | null }) {
  return (
    <span className="flex flex-wrap items-center gap-x-3 wrap-anywhere">
      {url}
      <span className="text-muted">{readAt ? <>read <RelativeTime at={readAt} />, and every day</> : "read every day"}</span>
    </span>
  );
}

function Drop({ id, fingerprint }: { id: string; fingerprint: string }) {
  return (
    <ActionButton
      action={dropCertificate}
      input={{ id, fingerprint }}
      success="The certificate is removed"
      size="sm"
      variant="ghost"
      confirm={{ title: "Remove this certificate?", consequence: "Answers that are signed by it are refused from now on. Whoever is signed in stays so.", confirmLabel: "Remove" }}
    >
      Remove
    </ActionButton>
  );
}

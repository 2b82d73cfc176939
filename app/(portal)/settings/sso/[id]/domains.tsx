import { ActionButton } from "@/components/form/action-button";
import { Badge } from "@/components/ui/badge";
import { CopyableId } from "@/components/ui/copyable-id";
import { EmptyState } from "@/components/ui/empty-state";
import { KeyValue } from "@/components/ui/key-value";
import type { ConnectionView, DomainView } from "@/lib/sso/list";
import { dropDomain, enforce, verify } from "../actions";
import { AddDomain } from "./add-domain";

type Props = { connection: ConnectionView; mayChange: boolean; personId: string };

/** The domains of a connection: what proves each, and whether its people must sign in by it. */
export function Domains({ connection, mayChange, personId }: Props) {
  return (
    <>
      {connection.domains.length === 0 ? (
        <EmptyState icon="network" title="No domain yet">
          Name the domain of your people&apos;s email addresses.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {connection.domains.map((domain) => (
            <li key={domain.id} className="grid gap-2 px-4 py-3">
              <div className="flex flex-wrap items-center justify-between gap-2">
                <span className="flex flex-wrap items-center gap-2 font-medium wrap-anywhere">
                  {domain.domain}
                  {domain.verifiedAt ? <Badge tone="ok" icon="check">Verified</Badge> : <Badge tone="warn" icon="clock">Not verified</Badge>}
                  {domain.enforcedAt ? <Badge tone="info" icon="lock">Required</Badge> : null}
                </span>
                {mayChange ? <DomainActions domain={domain} personId={personId} /> : null}
              </div>
              {domain.verifiedAt ? null : (
                <KeyValue
                  items={[
                    { term: "TXT record at", detail: <CopyableId id={domain.recordName} full /> },
                    { term: "with the text", detail: <CopyableId id={domain.recordText} full /> },
                  ]}
                />
              )}
              {domain.enforcedAt ? <p className="text-sm text-muted">Passwords of its addresses let nobody in but {domain.breakGlass ?? "nobody"}, who keeps a way in should the identity provider fail.</p> : null}
            </li>
          ))}
        </ul>
      )}
      {mayChange ? (
        <div className="border-t border-line p-4">
          <AddDomain connectionId={connection.id} />
        </div>
      ) : null}
    </>
  );
}

function DomainActions({ domain: { id, domain, verifiedAt, enforcedAt }, personId }: { domain: DomainView; personId: string }) {
  if (!verifiedAt) {
    return (
      <span className="flex gap-2">
        <ActionButton action={verify} input={{ id }} success={`${domain} is verified`} size="sm" icon="check">
          Verify
        </ActionButton>
        <Drop id={id} domain={domain} />
      </span>
    );
  }
  if (enforcedAt) {
    return (
      <ActionButton action={enforce} input={{ id, breakGlassPersonId: null }} success="Passwords work again" size="sm" variant="ghost">
        Stop requiring
      </ActionButton>
    );
  }
  return (
    <span className="flex gap-2">
      <ActionButton
        action={enforce}
        input={{ id, breakGlassPersonId: personId }}
        success={`Everybody of ${domain} signs in there now`}
        size="sm"
        confirm={{
          title: `Require single sign-on for ${domain}?`,
          consequence: "Passwords of its addresses let nobody in any more. You alone keep the way in with your password, should the identity provider fail. Who is signed in stays so.",
          confirmLabel: "Require it",
        }}
      >
        Require
      </ActionButton>
      <Drop id={id} domain={domain} />
    </span>
  );
}

function Drop({ id, domain }: { id: string; domain: string }) {
  return (
    <ActionButton
      action={dropDomain}
      input={{ id }}
      success={`${domain} is given up`}
      size="sm"
      variant="ghost"
      confirm={{ title: `Give up ${domain}?`, consequence: "Its people sign in with a password again. To have it back it must be verified once more.", confirmLabel: "Give up" }}
    >
      Give up
    </ActionButton>
  );
}

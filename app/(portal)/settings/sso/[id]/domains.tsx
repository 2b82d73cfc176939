import { ActionButton } from "@/components/form/action-button";
import { Badge } from "@/components/ui/badge";
import { CopyableId } from "@/components/ui/copyable-id";
import { EmptyState } from "@/components/ui/empty-state";
import { KeyValue } from "@/components/ui/key-value";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ConnectionView, DomainView } from "@/lib/sso/list";
import type { GlassView } from "@/lib/sso/list-glass";
import { dropDomain, enforce, verify } from "../actions";
import { AddDomain } from "./add-domain";
import { RequireDomain } from "./require-domain";

type Props = { connection: ConnectionView; mayChange: boolean; personId: string; glass: readonly GlassView[] };

/** The domains of a connection: what proves each, and whether its people must sign in by it. */
export function Domains({ connection, mayChange, personId, glass }: Props) {
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
                {mayChange ? <DomainActions domain={domain} glass={glass} personId={personId} /> : null}
              </div>
              {domain.verifiedAt ? null : (
                <KeyValue
                  items={[
                    { term: "TXT record at", detail: <CopyableId id={domain.recordName} full /> },
                    { term: "with the text", detail: <CopyableId id={domain.recordText} full /> },
                  ]}
                />
              )}
              {domain.enforcedAt ? (
                <p className="text-sm text-muted">
                  Passwords of its addresses let nobody in but {domain.breakGlass ?? "nobody"}, who keeps a way in should the identity provider fail:{" "}
                  {domain.glassUsedAt ? <>used last <RelativeTime at={domain.glassUsedAt} /></> : "never used"}.
                </p>
              ) : null}
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

function DomainActions({ domain: view, glass, personId }: { domain: DomainView; glass: readonly GlassView[]; personId: string }) {
  const { id, domain, verifiedAt, enforcedAt } = view;
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
      <span className="flex flex-wrap gap-2">
        <RequireDomain domain={view} glass={glass} personId={personId} />
        <ActionButton action={enforce} input={{ id, breakGlassPersonId: null }} success="Passwords work again" size="sm" variant="ghost">
          Stop requiring
        </ActionButton>
      </span>
    );
  }
  return (
    <span className="flex gap-2">
      <RequireDomain domain={view} glass={glass} personId={personId} />
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

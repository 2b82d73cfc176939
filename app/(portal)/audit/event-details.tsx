import Link from "next/link";
import { ButtonLink } from "@/components/ui/button-link";
import { CopyButton } from "@/components/ui/copy-button";
import { CopyableId } from "@/components/ui/copyable-id";
import { ExactTime } from "@/components/ui/exact-time";
import { HostileText } from "@/components/ui/hostile-text";
import { JsonView } from "@/components/ui/json-view";
import { KeyValue } from "@/components/ui/key-value";
import { Section } from "@/components/ui/section";
import { StatusBadge } from "@/components/ui/status-badge";
import type { EventView } from "@/lib/audit/load";
import { resourceLink, typeLabel } from "@/lib/audit/resource-link";
import { ChangeTable } from "./change-table";
import { SeverityBadge } from "./severity-badge";

const kinds: Record<string, string> = { person: "Person", agent: "Agent", system: "The portal itself" };

/** Everything that one event says, for the drawer and for its own page. */
export function EventDetails({ view, inDrawer = false }: { view: EventView; inDrawer?: boolean }) {
  const { body } = view;
  const { before, after, ...details } = body.details;
  return (
    <div className="grid gap-6">
      <div className="flex flex-wrap gap-2">
        <StatusBadge status={body.outcome} />
        <SeverityBadge severity={body.severity} />
      </div>
      <KeyValue
        items={[
          { term: "Time", detail: <ExactTime at={body.time} /> },
          { term: "Actor", detail: <Actor view={view} /> },
          { term: "From", detail: <From view={view} /> },
          { term: "About", detail: <Resource view={view} /> },
          { term: "Workspace", detail: view.workspaceName ?? (body.resource.workspace ? <CopyableId id={body.resource.workspace} /> : "The organization") },
          ...(body.approval ? [{ term: "Approval", detail: <Approval view={view} /> }] : []),
          { term: "Request", detail: <CopyableId id={body.requestId} full /> },
        ]}
      />
      <Related view={view} withPage={inDrawer} />
      {before !== undefined || after !== undefined ? (
        <Section title="What changed">
          <ChangeTable before={before} after={after} />
        </Section>
      ) : null}
      {Object.keys(details).length > 0 ? (
        <Section title="Details">
          <JsonView value={details} label="Details of the event" openDepth={3} />
        </Section>
      ) : null}
      <Section title="Place in the chain" description="Each event's hash covers the one before it, so that none can be changed, removed or moved unnoticed.">
        <KeyValue
          items={[
            { term: "Position", detail: view.seq.toLocaleString("en-US") },
            { term: "Signed", detail: view.signedAt ? `in the checkpoint at event ${view.signedAt.toLocaleString("en-US")}` : "with the next checkpoint, within a minute" },
            { term: "Chain before", detail: <Hash hex={view.previousChain} /> },
            { term: "Leaf", detail: <Hash hex={view.leaf} /> },
            { term: "Chain after", detail: <Hash hex={view.chain} /> },
          ]}
        />
      </Section>
      <details>
        <summary className="w-fit min-h-6 rounded-sm font-medium hover:bg-hover">Raw body, exactly as it was hashed</summary>
        <div className="mt-2 grid gap-2">
          <div className="max-h-80 overflow-auto rounded-md border border-line bg-sunken p-3" tabIndex={0} role="region" aria-label="Raw body">
            <HostileText mono text={view.rawBody} />
          </div>
          <div>
            <CopyButton text={view.rawBody} label="Copy the raw body" />
          </div>
        </div>
      </details>
    </div>
  );
}

function Actor({ view: { body } }: { view: EventView }) {
  const { actor } = body;
  const roles = actor.roles?.map((role) => role.replaceAll("_", " ")).join(", ");
  return (
    <div className="grid gap-0.5">
      <HostileText inline text={actor.name} className="font-medium" />
      <span className="text-muted">
        {kinds[actor.kind] ?? actor.kind}
        {roles ? ` · ${roles}` : ""}
      </span>
      <CopyableId id={actor.id} />
      {actor.key ? (
        <span className="flex items-center gap-2 text-muted">
          by API key <CopyableId id={actor.key} />
        </span>
      ) : null}
    </div>
  );
}

function From({ view: { body } }: { view: EventView }) {
  if (!body.actor.ip && !body.actor.userAgent) return <span className="text-muted">inside the portal</span>;
  return (
    <div className="grid gap-0.5">
      <span className="font-mono text-sm">{body.actor.ip ?? "unknown address"}</span>
      {body.actor.userAgent ? <HostileText inline text={body.actor.userAgent} className="text-sm text-muted" /> : null}
    </div>
  );
}

function Resource({ view: { body } }: { view: EventView }) {
  const { type, id, name } = body.resource;
  const href = resourceLink(type, id);
  const label = <HostileText inline text={name} className="font-medium" />;
  return (
    <div className="grid gap-0.5">
      {href ? (
        <Link href={href} className="w-fit text-accent hover:underline">
          {label}
        </Link>
      ) : (
        label
      )}
      <span className="text-muted">{typeLabel(type)}</span>
      <CopyableId id={id} />
    </div>
  );
}

function Approval({ view: { body } }: { view: EventView }) {
  if (!body.approval) return null;
  const { id, by, required, policyVersion } = body.approval;
  return (
    <span>
      <Link href={`/approvals/${encodeURIComponent(id)}`} className="text-accent hover:underline">
        {required ? "Was required" : "Was not required"}
      </Link>
      {by ? (
        <>
          , given by <HostileText inline text={by} />
        </>
      ) : null}
      {policyVersion === null ? "" : `, under policy version ${policyVersion}`}
    </span>
  );
}

function Related({ view: { seq, body }, withPage }: { view: EventView; withPage: boolean }) {
  const links = [
    { label: "This actor", name: "actor", value: body.actor.id },
    { label: "This resource", name: "resource", value: body.resource.id },
    { label: "This request", name: "request", value: body.requestId },
    { label: "Events like it", name: "action", value: body.action },
  ];
  return (
    <nav aria-label="Related events" className="flex flex-wrap items-center gap-2">
      {links.map(({ label, name, value }) => (
        <ButtonLink key={label} size="sm" icon="search" href={`/audit?${new URLSearchParams([[name, value]])}`}>
          {label}
        </ButtonLink>
      ))}
      {withPage ? (
        <ButtonLink size="sm" variant="ghost" icon="link" href={`/audit/${seq}`}>
          Own page
        </ButtonLink>
      ) : null}
    </nav>
  );
}

function Hash({ hex }: { hex: string }) {
  return <CopyableId id={hex} full />;
}

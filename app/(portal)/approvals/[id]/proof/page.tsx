import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { buttonClass } from "@/components/ui/control-styles";
import { CopyableId } from "@/components/ui/copyable-id";
import { ExactTime } from "@/components/ui/exact-time";
import { Icon } from "@/components/ui/icon";
import { KeyValue } from "@/components/ui/key-value";
import { PageHeader } from "@/components/ui/page-header";
import { RiskBadge } from "@/components/ui/risk-badge";
import { StatusBadge } from "@/components/ui/status-badge";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { orNull } from "@/lib/errors";
import { stateOf } from "@/lib/proof/link";
import { loadProof } from "@/lib/proof/load";
import { LinkCard } from "./link-card";

export const metadata: Metadata = { title: "Proof" };

export default async function ProofPage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requireSession();
  const { id } = await params;
  if (!z.uuid().safeParse(id).success) notFound();
  const proof = await loadProof(ctx, { id }).catch(orNull("not_found", "forbidden"));
  if (!proof) notFound();
  const place = { workspaceId: proof.workspaceId };
  const bad = proof.links.filter((link) => stateOf(link) === "bad");
  return (
    <>
      <PageHeader
        title="Proof of a request"
        description="From what was asked to what came of it: each step is an event that cannot be changed unseen, and each was checked when this page was loaded."
        breadcrumbs={[{ href: "/approvals", label: "Approvals" }, { href: `/approvals/${id}`, label: "The request" }]}
        meta={
          <>
            <RiskBadge risk={proof.approval.risk} />
            <StatusBadge status={proof.approval.status} />
          </>
        }
        actions={may(ctx, "audit", "export", place) ? <DownloadLink id={id} /> : undefined}
      />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="grid gap-4">
          {bad.length > 0 ? (
            <Callout tone="danger" title="The chain is broken">
              {bad.map(({ title }) => title).join(", ")}: what is marked below does not fit. Tell an admin, and keep this page.
            </Callout>
          ) : null}
          <ol className="grid gap-3">
            {proof.links.map((link, at) => (
              <LinkCard key={`${link.id} ${link.seq ?? at}`} link={link} at={at + 1} mayAudit={may(ctx, "audit", "view", place)} />
            ))}
          </ol>
        </div>
        <Card title="What holds it together">
          <div className="grid gap-4">
            <KeyValue
              items={[
                { term: "Request", detail: <CopyableId id={id} /> },
                ...(proof.actionId ? [{ term: "Action", detail: <CopyableId id={proof.actionId} /> }] : []),
                ...(proof.runId ? [{ term: "Run", detail: <a className="underline" href={`/runs/${proof.runId}`}>Open it</a> }] : []),
                { term: "Digest", detail: proof.digest ? <code className="font-mono text-sm break-all">{proof.digest}</code> : "In the event of the request" },
                { term: "Checked", detail: <ExactTime at={proof.checkedAt} /> },
              ]}
            />
            <p className="text-muted">
              The digest is the SHA-256 of exactly what was asked: agent, tool, operation, resource, every argument, and the policies in force. It stands in each step, so one changed argument, or one changed policy, is another digest, which nobody approved.
            </p>
            <p className="text-muted">Whoever does not trust this page takes the bundle home, and checks it without the portal:</p>
            <CodeBlock label="Check it offline" language="shell" code={`npm run verify -- proof-${id}.json --key KEY`} />
          </div>
        </Card>
      </div>
    </>
  );
}

function DownloadLink({ id }: { id: string }) {
  return (
    <a href={`/api/proofs/${id}`} download className={buttonClass("secondary")}>
      <Icon name="download" />
      Download the bundle
    </a>
  );
}

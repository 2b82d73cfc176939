import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { CopyableId } from "@/components/ui/copyable-id";
import { ExactTime } from "@/components/ui/exact-time";
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
import { TakeHome } from "./take-home";

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
      />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="grid min-w-0 gap-4">
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
        <div className="grid min-w-0 gap-4">
          <TakeHome id={id} publicKey={proof.publicKey} mayExport={may(ctx, "audit", "export", place)} />
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
              <p className="text-muted">{digestWords[proof.approval.kind] ?? digestWords.action}</p>
            </div>
          </Card>
        </div>
      </div>
    </>
  );
}

const everywhere = "It stands in each step, so one changed word is another digest, which nobody approved.";
const digestWords: Record<string, string> = {
  action: `The digest is the SHA-256 of exactly what was asked: agent, tool, operation, resource, every argument, and the policies in force. ${everywhere}`,
  budget: `The digest is the SHA-256 of exactly what was asked: who asks for how much in which window of which budget, and why. ${everywhere}`,
  spawn: `The digest is the SHA-256 of exactly what was asked: the child, its policy, scopes, money and end, and the policies in force for its parent. ${everywhere}`,
  access: `The digest is the SHA-256 of exactly what was asked: which agent may do what, where, how often, for how much and how long, and why. ${everywhere}`,
};

import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { z } from "zod";
import { Card } from "@/components/ui/card";
import { CopyableId } from "@/components/ui/copyable-id";
import { ExactTime } from "@/components/ui/exact-time";
import { HostileText } from "@/components/ui/hostile-text";
import { KeyValue } from "@/components/ui/key-value";
import { Money } from "@/components/ui/money";
import { Section } from "@/components/ui/section";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { orNull } from "@/lib/errors";
import { loadLease } from "@/lib/leases/load";
import { scopeWords } from "@/lib/leases/words";
import { LeaseStateBadge } from "../lease-state";
import { RevokeForm } from "./revoke-form";
import { UsesLog } from "./uses-log";

export const metadata: Metadata = { title: "Lease" };

export default async function LeasePage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requireSession();
  const { id } = await params;
  if (!z.uuid().safeParse(id).success) notFound();
  const lease = await loadLease(ctx, { id }).catch(orNull("not_found", "forbidden"));
  if (!lease) notFound();
  const { currency } = lease;
  const list = (items: string[] | null, none: string) => (items && items.length > 0 ? <HostileText text={items.join("\n")} mono /> : none);
  return (
    <Section
      title={`Lease of ${lease.agentName}`}
      description={scopeWords(lease)}
      actions={
        <Link className="underline" href="/policies/leases">
          All leases
        </Link>
      }
    >
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Card title="What it lets pass" actions={<LeaseStateBadge state={lease.state} />}>
          <KeyValue
            items={[
              { term: "Agent", detail: <Link className="underline" href={`/agents/${lease.agentId}`}>{lease.agentName}</Link> },
              { term: "Tools", detail: list(lease.tools, "none") },
              { term: "Operations", detail: list(lease.operations, "Any of those tools") },
              { term: "Resources", detail: list(lease.resources, "Any") },
              { term: "Opens domains", detail: list(lease.domains, "None beyond what the agent may reach") },
              { term: "Used", detail: `${lease.uses} of ${lease.maxUses}` },
              { term: "One use", detail: <>At most <Money micros={lease.costEachMicros} currency={currency} /></> },
              { term: "All uses", detail: <><Money micros={lease.spentMicros} currency={currency} /> of <Money micros={lease.costTotalMicros} currency={currency} /></> },
            ]}
          />
        </Card>
        <Card title="Who issued it, and for how long">
          <KeyValue
            items={[
              { term: "Issued by", detail: lease.issuedBy },
              { term: "Why", detail: <HostileText text={lease.reason} /> },
              { term: "Asked for", detail: lease.approvalId ? <Link className="underline" href={`/approvals/${lease.approvalId}`}>By the agent, and approved</Link> : "Nobody asked; it was issued" },
              { term: "From", detail: <ExactTime at={lease.notBefore} /> },
              { term: "Until", detail: <ExactTime at={lease.expiresAt} /> },
              ...(lease.revokedAt ? [{ term: "Revoked", detail: <><ExactTime at={lease.revokedAt} />: {lease.revokeReason}</> }] : []),
              { term: "Number (jti)", detail: <CopyableId id={lease.id} full /> },
            ]}
          />
        </Card>
        <div className="xl:col-span-2">
          <Card title="Uses" description="Each is an event of the audit stream." flush>
            <UsesLog uses={lease.usesLog} currency={currency} mayAudit={may(ctx, "audit", "view", { workspaceId: lease.workspaceId })} />
          </Card>
        </div>
        {lease.mayRevoke ? (
          <Card title="Revoke it" description="It is good for nothing from then on, and what it let pass and has not begun is stopped.">
            <RevokeForm id={lease.id} />
          </Card>
        ) : null}
      </div>
    </Section>
  );
}

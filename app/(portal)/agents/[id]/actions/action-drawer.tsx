import Link from "next/link";
import { CopyableId } from "@/components/ui/copyable-id";
import { Drawer } from "@/components/ui/drawer";
import { ExactTime } from "@/components/ui/exact-time";
import { HostileText } from "@/components/ui/hostile-text";
import { KeyValue } from "@/components/ui/key-value";
import { Money } from "@/components/ui/money";
import { RiskBadge } from "@/components/ui/risk-badge";
import { StatusBadge } from "@/components/ui/status-badge";
import type { ActionView } from "@/lib/actions/schemas";
import { turnReason } from "../turn-words";

type Props = { action: ActionView; currency: string; may: { viewRuns: boolean; viewApprovals: boolean } };

/** One action: what was asked, what was decided and why, and what became of it. */
export function ActionDrawer({ action, currency, may }: Props) {
  const { decision } = action;
  return (
    <Drawer open closeParam="action" title={<HostileText inline text={`${action.tool} ${action.operation}`} />} description={<StatusBadge status={action.status} />}>
      <div className="grid gap-4">
        <KeyValue
          items={[
            { term: "Decision", detail: <StatusBadge status={decision.outcome === "allow" ? "allowed" : decision.outcome === "deny" ? "denied" : "needs_approval"} /> },
            { term: "Rule", detail: <code className="font-mono text-sm">{decision.rule}</code> },
            { term: "Why", detail: <HostileText text={decision.message} /> },
            ...(action.queue ? [{ term: "Turn", detail: turnReason(action.queue) }] : []),
            { term: "Risk", detail: <RiskBadge risk={decision.risk} /> },
            { term: "Because", detail: <HostileText text={decision.riskReasons.join("\n")} /> },
            ...(action.purpose ? [{ term: "Purpose", detail: <HostileText text={action.purpose} lines={6} /> }] : []),
            ...(action.resource ? [{ term: "Resource", detail: <HostileText text={action.resource} /> }] : []),
            { term: "Estimated cost", detail: <Money micros={action.estimatedCostMicros} currency={currency} /> },
            { term: "Real cost", detail: action.actualCostMicros === null ? "Not known yet" : <Money micros={action.actualCostMicros} currency={currency} /> },
            { term: "Policy", detail: `Version ${action.policyVersion}` },
            { term: "Asked", detail: <ExactTime at={action.createdAt} /> },
            { term: "Over", detail: action.endedAt ? <ExactTime at={action.endedAt} /> : "Not yet" },
            ...(action.outcome?.summary ? [{ term: "Outcome", detail: <HostileText text={String(action.outcome.summary)} lines={10} /> }] : []),
            { term: "Action", detail: <CopyableId id={action.id} full /> },
            { term: "Digest", detail: <CopyableId id={action.digest} /> },
          ]}
        />
        <div className="flex flex-wrap gap-4">
          {action.runId && may.viewRuns ? <Go href={`/runs/${action.runId}`}>Its run, with output and files</Go> : null}
          {action.approvalId && may.viewApprovals ? <Go href={`/approvals/${action.approvalId}`}>Its approval, with the arguments</Go> : null}
        </div>
      </div>
    </Drawer>
  );
}

function Go({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} className="inline-flex min-h-6 items-center text-accent hover:underline">
      {children}
    </Link>
  );
}

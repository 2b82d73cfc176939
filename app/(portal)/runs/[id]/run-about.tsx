import Link from "next/link";
import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { HostileText } from "@/components/ui/hostile-text";
import { KeyValue } from "@/components/ui/key-value";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusBadge } from "@/components/ui/status-badge";
import type { RunView } from "@/lib/runs/load";

/** Who asked for what and why it was let through. */
export function RunAbout({ run }: { run: RunView }) {
  const { action, approval, can } = run;
  const to = (href: string, text: ReactNode, allowed: boolean) => (allowed ? <Link href={href} className="text-accent hover:underline">{text}</Link> : text);
  const items = [
    { term: "Agent", detail: to(`/agents/${run.agent.id}`, run.agent.name, can.viewAgent) },
    { term: "Where", detail: `${run.workspace.name} / ${run.project.name}` },
    ...(action.purpose ? [{ term: "Purpose", detail: <HostileText text={action.purpose} lines={4} /> }] : []),
    ...(action.resource ? [{ term: "Resource", detail: <HostileText inline text={action.resource} /> }] : []),
    { term: "Rule", detail: <><span className="font-mono text-sm">{action.rule}</span><div className="text-muted">{action.ruleMessage}</div></> },
    { term: "Risk", detail: action.riskReasons.map((reason) => <div key={reason}><HostileText inline text={reason} /></div>) },
    { term: "Policy", detail: `Version ${action.policyVersion}` },
    ...(approval
      ? [
          {
            term: "Approval",
            detail: (
              <>
                {to(`/approvals/${approval.id}`, <StatusBadge status={approval.status} />, can.viewApproval)}
                {approval.status === "pending" ? <div className="text-muted">Ends <RelativeTime at={approval.expiresAt} />, then it counts as refused.</div> : null}
                {approval.decidedBy ? <div className="text-muted">by {approval.decidedBy}{approval.usedAt ? ", used once" : ""}</div> : null}
                {can.viewApproval ? <div>{to(`/approvals/${approval.id}/proof`, "Proof", true)}</div> : null}
              </>
            ),
          },
        ]
      : []),
  ];
  return (
    <Card title="Request">
      <KeyValue items={items} />
    </Card>
  );
}

import { HostileText } from "@/components/ui/hostile-text";
import { Money } from "@/components/ui/money";
import { RiskBadge } from "@/components/ui/risk-badge";
import type { ApprovalDetail } from "@/lib/approvals/load";

/** Who wants what, in one line. */
export function Title({ detail }: { detail: ApprovalDetail }) {
  const who = <HostileText inline text={detail.agent?.name ?? detail.requesterName ?? "Somebody"} />;
  if (detail.raise) {
    return (
      <>
        {who} asks for <Money micros={detail.raise.amountMicros} currency={detail.currency} /> more
      </>
    );
  }
  if (detail.child) {
    return (
      <>
        {who} asks for a child agent: <HostileText inline text={detail.child.name} />
      </>
    );
  }
  if (detail.lease) return <>{who} asks for a lease</>;
  return (
    <>
      {who} wants <HostileText inline mono className="text-md" text={`${detail.action?.tool ?? detail.kind} ${detail.action?.operation ?? ""}`} />
    </>
  );
}

/** One request in a few lines, above each answer to it. */
export function What({ detail }: { detail: ApprovalDetail }) {
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <RiskBadge risk={detail.risk} />
        <Money micros={detail.amountMicros} currency={detail.currency} className="font-semibold" />
      </div>
      <p className="font-medium wrap-anywhere">
        <Title detail={detail} />
      </p>
      {detail.action?.resource ? (
        <p className="text-muted wrap-anywhere">
          on <HostileText inline mono text={detail.action.resource.slice(0, 300)} />
        </p>
      ) : null}
    </div>
  );
}

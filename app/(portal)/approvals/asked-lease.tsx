import { HostileText } from "@/components/ui/hostile-text";
import { KeyValue } from "@/components/ui/key-value";
import { Money } from "@/components/ui/money";
import type { ApprovalDetail } from "@/lib/approvals/load";

/** A temporary exception that an agent asks for: all that it would let pass. */
export function AskedLease({ lease, currency }: { lease: NonNullable<ApprovalDetail["lease"]>; currency: string }) {
  const list = (items: string[] | null, none: string) => (items && items.length > 0 ? <HostileText text={items.join("\n")} mono /> : none);
  return (
    <KeyValue
      items={[
        { term: "Tools", detail: list(lease.tools, "None") },
        { term: "Operations", detail: list(lease.operations, "Any of those tools") },
        { term: "Resources", detail: list(lease.resources, "Any") },
        { term: "Opens domains", detail: list(lease.domains, "None beyond what it may reach") },
        { term: "How often", detail: lease.maxUses === 1 ? "Once" : `${lease.maxUses} times` },
        { term: "One use", detail: <>At most <Money micros={lease.costEachMicros} currency={currency} /></> },
        { term: "All uses", detail: <>At most <Money micros={lease.costTotalMicros} currency={currency} /></> },
        { term: "For", detail: `${Math.round(lease.lifeSeconds / 60)} minutes` },
      ]}
    />
  );
}

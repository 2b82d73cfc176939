import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";
import { AuditTable } from "./audit-table";

export default function AuditLoading() {
  return (
    <>
      <PageHeader title="Audit" description="Every change, decision and denial, in a chain that shows any change to it." />
      <Skeleton className="mb-4 h-28 w-full rounded-lg" />
      <AuditTable rows={null} />
    </>
  );
}

import { PageHeader } from "@/components/ui/page-header";
import { LocksTable } from "./locks-table";

export default function LocksLoading() {
  return (
    <>
      <PageHeader title="Locks" description="What is stopped at once, for a time or until somebody lifts it, and what was." />
      <LocksTable rows={null} />
    </>
  );
}

import { PageHeader } from "@/components/ui/page-header";
import { AgentsTable } from "./agents-table";

export default function AgentsLoading() {
  return (
    <>
      <PageHeader title="Agents" description="Programs that act for somebody: who answers for each, and what it may do." />
      <AgentsTable rows={null} />
    </>
  );
}

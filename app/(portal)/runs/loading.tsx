import { PageHeader } from "@/components/ui/page-header";
import { RunsTable } from "./runs-table";

export default function RunsLoading() {
  return (
    <>
      <PageHeader title="Runs" description="Programs of agents, each in a gVisor sandbox of its own." />
      <RunsTable rows={null} />
    </>
  );
}
